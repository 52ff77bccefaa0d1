import type { UpstreamProvider } from '@grantd/domain'
import type { Services } from '../services.ts'

/** How a name that this server knows answers while it is not configured; every other one is not there. */
const UNCONFIGURED: Readonly<Record<string, 400 | 503>> = {
  google: 400,
  microsoft: 400,
  github: 400,
  azure: 400,
  okta: 503,
  auth0: 503,
  keycloak: 400,
  oidc: 400,
}

/** The provider that a path ends with, `unconfigured` with its status, or nothing that anybody knows. */
export function providerOf(
  target: string,
  { upstream }: Pick<Services, 'upstream'>,
):
  | { readonly verdict: 'configured'; readonly provider: UpstreamProvider }
  | { readonly verdict: 'unconfigured'; readonly id: string; readonly status: 400 | 503 }
  | { readonly verdict: 'unknown' } {
  const [path = ''] = target.split('?')
  const id = path.slice(path.lastIndexOf('/') + 1)
  const provider = upstream?.providers.find((one) => one.id === id)
  if (provider !== undefined) return { verdict: 'configured', provider }
  const status = Object.hasOwn(UNCONFIGURED, id) ? UNCONFIGURED[id] : undefined
  return status === undefined ? { verdict: 'unknown' } : { verdict: 'unconfigured', id, status }
}
