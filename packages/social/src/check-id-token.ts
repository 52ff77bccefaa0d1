import { type EpochSeconds, epochSeconds, UpstreamError } from '@grantd/domain'
import { GUID } from './check-answer.ts'
import type { Claims } from './provider.ts'

/** Asymmetric algorithms alone, whatever the provider offers: never `none`, never our own secret (T173). */
const ALGORITHMS: ReadonlySet<string> = new Set([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
])
const SKEW = 60
/** An ID token is of this very sign-in; one that was made long ago is somebody else's. */
const MAX_AGE = 600

/**
 * What OIDC Core §3.1.3.7 asks for beyond the library, which has checked signature, `iss`, `aud`, `exp`
 * and `nonce`: the algorithm, `azp` of a single audience, the age, the tenant of a template.
 */
export function checkIdToken(
  { idToken, claims }: { readonly idToken: string; readonly claims: Claims },
  { clientId, isManyTenants }: { readonly clientId: string; readonly isManyTenants: boolean },
  now: number,
): void {
  const [header = ''] = idToken.split('.')
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown }
  if (typeof alg !== 'string' || !ALGORITHMS.has(alg)) throw refused('its algorithm')
  if (claims.azp !== undefined && claims.azp !== clientId) throw refused('azp')
  const { iat } = claims
  if (typeof iat !== 'number' || iat > now + SKEW || iat < now - MAX_AGE) throw refused('iat')
  if (isManyTenants && !(typeof claims.tid === 'string' && GUID.test(claims.tid)))
    throw refused('tid')
}

/** False when the provider says that the person signed in before being asked to do so again. */
export function isFreshEnough({ auth_time: authTime }: Claims, askedAt: number): boolean {
  return typeof authTime !== 'number' || authTime >= askedAt - SKEW
}

/** When the person signed in there, if the provider says so; it knows no later moment than `now`. */
export function authTimeOf(
  { auth_time: authTime }: Claims,
  now: EpochSeconds,
): EpochSeconds | undefined {
  if (typeof authTime !== 'number') return undefined
  return epochSeconds(Math.max(0, Math.min(now, Math.floor(authTime))))
}

function refused(what: string): UpstreamError {
  return new UpstreamError('not_believed', `the ID token is refused for ${what}`)
}
