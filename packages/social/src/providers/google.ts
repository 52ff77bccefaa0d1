import type { ProviderDefinition } from '../provider.ts'

/** https://developers.google.com/identity/openid-connect/openid-connect */
export const google: ProviderDefinition = {
  id: 'google',
  label: 'Google',
  upstream: () => ({
    protocol: 'openid',
    issuer: 'https://accounts.google.com',
    scope: 'openid email profile',
    // Google knows no prompt=login.
    freshPrompt: 'select_account',
  }),
}
