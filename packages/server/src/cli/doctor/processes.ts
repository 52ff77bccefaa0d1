// Owns: checks of what is around a process: the proxy in front of it, the workers beside it.
import { availableParallelism } from 'node:os'
import { issuerOf } from '../../config/issuer.ts'
import { portOf } from '../locate.ts'
import { ofSettings, ok, warn } from './finding.ts'

/** TLS ends at a proxy; without its word everybody has its address. */
export const proxy = ofSettings((settings, _patient, located) => {
  const { trust_proxy_headers: isTrusted, trusted_proxies: proxies } = settings.server
  if (isTrusted) return ok(`X-Forwarded-* is believed from ${proxies.join(', ')}`)
  const issuer = issuerOf(settings, portOf(located), located.mode)
  if (settings.server.tls.cert !== undefined) return ok('none is expected: TLS ends here')
  if (!issuer.startsWith('https:')) return ok('none is expected: the issuer uses http')
  return warn(
    'the issuer uses https, and X-Forwarded-For is believed from nobody: all people have the address of the proxy, and share its limits of requests and of failed sign-ins',
    'set OAUTH2_SERVER_TRUST_PROXY_HEADERS=true and OAUTH2_SERVER_TRUSTED_PROXIES to the addresses of your proxies',
  )
})

export const workers = ofSettings(({ server, database }) => {
  const processors = availableParallelism()
  const count = server.workers || processors
  if (count > processors) {
    return warn(
      `${count} workers share ${processors} processor(s), which makes none of them faster`,
      'set OAUTH2_SERVER_WORKERS=0: one per processor',
    )
  }
  if (count > 1) return ok(`${count} on ${processors} processors`)
  const mayBeMore = processors > 1 && !/^(sqlite|memory):/.test(database.url)
  return ok(mayBeMore ? `one; OAUTH2_SERVER_WORKERS=0 would use ${processors} processors` : 'one')
})
