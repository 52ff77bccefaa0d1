import type { ProviderDefinition } from './provider.ts'
import { auth0 } from './providers/auth0.ts'
import { azure } from './providers/azure.ts'
import { github } from './providers/github.ts'
import { google } from './providers/google.ts'
import { keycloak } from './providers/keycloak.ts'
import { microsoft } from './providers/microsoft.ts'
import { oidc } from './providers/oidc.ts'
import { okta } from './providers/okta.ts'

/** THE LIST of providers, in the order in which pages show them. */
export const PROVIDERS: readonly ProviderDefinition[] = [
  google,
  microsoft,
  github,
  azure,
  okta,
  auth0,
  keycloak,
  oidc,
]
