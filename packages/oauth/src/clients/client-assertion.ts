import {
  ASYMMETRIC_ALGORITHMS,
  type Client,
  epochSeconds,
  hashSecret,
  nowSeconds,
  restoreEpoch,
} from '@grantd/domain'
import type { Services } from '../services.ts'
import { verifyClientJwt } from './client-jwt.ts'
import { openClientSecret } from './client-secret.ts'

const MAX_AHEAD = 300
const SKEW = 60
const MAX_JTI = 256
const TYPES = ['JWT', 'client-authentication+jwt']

/**
 * Whether a `client_assertion` proves this client (RFC 7523 §3, OIDC Core §9): signed as registered,
 * issued by and about the client, meant for us, at most five minutes long, and never seen before, by
 * any process (T40-T45).
 */
export async function isProvenByAssertion(
  assertion: string,
  client: Client,
  services: Pick<Services, 'clientKeys' | 'clock' | 'settings' | 'storage' | 'vault'>,
): Promise<boolean> {
  const registered = client.metadata.token_endpoint_auth_signing_alg
  const secret =
    client.authMethod === 'client_secret_jwt' ? openClientSecret(client, services.vault) : undefined
  const possible: readonly string[] =
    client.authMethod === 'client_secret_jwt' ? ['HS256'] : ASYMMETRIC_ALGORITHMS
  const claims = await verifyClientJwt(
    assertion,
    client,
    {
      algorithms: registered === undefined ? possible : [registered],
      types: TYPES,
      ...(secret !== undefined && { secret: Buffer.from(secret) }),
    },
    services,
  )
  if (claims === undefined) return false
  const { iss, sub, aud, exp, nbf, iat, jti } = claims
  const now = nowSeconds(services.clock)
  if (iss !== client.id || sub !== client.id || !isForUs(aud, services)) return false
  if (typeof exp !== 'number' || exp <= now || exp > now + MAX_AHEAD) return false
  if (!isPast(nbf, now) || !isPast(iat, now)) return false
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI) return false
  // Whether it was used before a restore is on no record; without `iat` it may be as old as it can be.
  const issuedAt = typeof iat === 'number' ? iat : exp - MAX_AHEAD
  if (issuedAt < (await restoreEpoch(services.storage))) return false
  const result = await services.storage.commit([
    {
      kind: 'once.use',
      purpose: 'client_assertion',
      id: hashSecret(JSON.stringify([client.id, jti])),
      expiresAt: epochSeconds(exp + SKEW),
    },
  ])
  return result.outcome === 'committed'
}

/** The issuer, or the token endpoint as older clients say; alone, also as the one item of a list (T43). */
function isForUs(aud: unknown, { settings }: Pick<Services, 'settings'>): boolean {
  const one = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  const tokenEndpoint = `${settings.baseUrl.replace(/\/$/, '')}/oauth/token`
  return one === settings.issuer || one === tokenEndpoint
}

function isPast(time: unknown, now: number): boolean {
  return time === undefined || (typeof time === 'number' && time <= now + SKEW)
}
