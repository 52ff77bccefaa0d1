import { requiredIssuer } from '../issuer-of-domain.ts'
import type { ProviderDefinition } from '../provider.ts'

/** Any other provider with OpenID Connect discovery. */
export const oidc: ProviderDefinition = {
  id: 'oidc',
  label: 'OpenID Connect',
  upstream: ({ issuer }) => ({
    protocol: 'openid',
    issuer: requiredIssuer(issuer),
    scope: 'openid email profile',
    freshPrompt: 'login',
  }),
}
