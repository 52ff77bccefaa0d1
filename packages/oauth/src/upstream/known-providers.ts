import type { UpstreamProvider } from '@grantd/domain'
import type { Services } from '../services.ts'

type Unconfigured = readonly [label: string, status: 400 | 503]

/** How a name that this server knows answers while it is not configured; every other one is not there. */
const UNCONFIGURED: Readonly<Record<string, Unconfigured>> = {
  google: ['Google', 400],
  microsoft: ['Microsoft', 400],
  github: ['GitHub', 400],
  azure: ['Microsoft Entra ID', 400],
  okta: ['Okta', 503],
  auth0: ['Auth0', 503],
  keycloak: ['Keycloak', 400],
  oidc: ['OpenID Connect', 400],
}

/** The provider that a path ends with, `unconfigured` with its status, or nothing that anybody knows. */
export function providerOf(
  target: string,
  { upstream }: Pick<Services, 'upstream'>,
):
  | { readonly verdict: 'configured'; readonly provider: UpstreamProvider }
  | {
      readonly verdict: 'unconfigured'
      readonly provider: UpstreamProvider
      readonly status: 400 | 503
    }
  | { readonly verdict: 'unknown' } {
  const [path = ''] = target.split('?')
  const id = path.slice(path.lastIndexOf('/') + 1)
  const provider = upstream?.providers.find((one) => one.id === id)
  if (provider !== undefined) return { verdict: 'configured', provider }
  const known = Object.hasOwn(UNCONFIGURED, id) ? UNCONFIGURED[id] : undefined
  if (known === undefined) return { verdict: 'unknown' }
  const [label, status] = known
  return { verdict: 'unconfigured', provider: { id, label }, status }
}
