import { issuerOfDomain } from '../issuer-of-domain.ts'
import type { ProviderDefinition } from '../provider.ts'

/** `domain`: `tenant.eu.auth0.com` or a custom domain. */
export const auth0: ProviderDefinition = {
  id: 'auth0',
  label: 'Auth0',
  upstream: ({ domain }) => ({
    protocol: 'openid',
    issuer: issuerOfDomain(domain),
    scope: 'openid email profile',
    freshPrompt: 'login',
  }),
}
