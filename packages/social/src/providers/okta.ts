import { issuerOfDomain } from '../issuer-of-domain.ts'
import type { ProviderDefinition } from '../provider.ts'

/** `domain`: `dev-1.okta.com`, or the whole issuer of a custom authorization server. */
export const okta: ProviderDefinition = {
  id: 'okta',
  label: 'Okta',
  upstream: ({ domain }) => ({
    protocol: 'openid',
    issuer: issuerOfDomain(domain),
    scope: 'openid email profile',
    freshPrompt: 'login',
  }),
}
