import { requiredIssuer } from '../issuer-of-domain.ts'
import type { ProviderDefinition } from '../provider.ts'

/** `issuer`: `https://sso.example.com/realms/<realm>`. */
export const keycloak: ProviderDefinition = {
  id: 'keycloak',
  label: 'Keycloak',
  upstream: ({ issuer }) => ({
    protocol: 'openid',
    issuer: requiredIssuer(issuer),
    scope: 'openid email profile',
    freshPrompt: 'login',
  }),
}
