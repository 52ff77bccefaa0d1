import {
  type AccessToken,
  after,
  type Client,
  type Clock,
  type EpochSeconds,
  type FamilyId,
  hashSecret,
  mintCredential,
  type NewEvent,
  nowSeconds,
  PREFIX,
  parseCredential,
  parseId,
  type Scope,
  type SecretHash,
  type Storage,
  sameHash,
  type TokenId,
  type TokenStatus,
  type UserId,
} from '@grantd/domain'
import type { EventRecorder } from '../events/recorder.ts'
import type { Services } from '../services.ts'

/** What an access token is to say. Without `userId` the client acts for itself. */
export interface AccessTokenOrder {
  readonly client: Client
  readonly userId?: UserId | undefined
  /** What the client knows that person by; the account's id where absent. */
  readonly subject?: string
  readonly familyId?: FamilyId | undefined
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly issuedAt: EpochSeconds
  readonly authTime?: EpochSeconds | undefined
  readonly amr?: readonly string[] | undefined
}

export interface MintedAccessToken {
  /** The text for its holder; never stored. */
  readonly value: string
  /** The row to commit before the token is handed out. */
  readonly row: AccessToken
}

type MintPorts = Pick<Services, 'keyring' | 'ids' | 'random' | 'settings'>

/** Longer text is no token of ours; it is not worth hashing. */
const LONGEST_TOKEN = 16_384

/**
 * Makes an access token: a JWT as of RFC 9068 §2, or opaque where so configured. A value where the
 * algorithm signs at once, a promise for RS256 and PS256: the common path pays for no promise.
 */
export function mintAccessToken(
  order: AccessTokenOrder,
  ports: MintPorts,
): MintedAccessToken | Promise<MintedAccessToken> {
  const { settings } = ports
  const id = ports.ids.next<TokenId>()
  const audience = audienceOf(order, settings.audience)
  const expiresAt = after(order.issuedAt, settings.accessTokenLifetime)
  const row = (hash: SecretHash): AccessToken => ({
    id,
    hash,
    clientId: order.client.id,
    userId: order.userId,
    familyId: order.familyId,
    scope: order.scope,
    audience,
    issuedAt: order.issuedAt,
    expiresAt,
    revokedAt: undefined,
  })

  if (settings.accessTokensOpaque) {
    const credential = mintCredential(PREFIX.accessToken, id, ports.random)
    return { value: credential.value, row: row(credential.secretHash) }
  }

  const claims = JSON.stringify({
    iss: settings.issuer,
    sub: order.subject ?? order.userId ?? order.client.id,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: order.client.id,
    scope: order.scope,
    iat: order.issuedAt,
    exp: expiresAt,
    jti: id,
    // RFC 9068 §2.2.1: only where somebody signed in; JSON leaves out what is undefined.
    auth_time: order.userId === undefined ? undefined : order.authTime,
    amr: order.userId === undefined || order.amr?.length === 0 ? undefined : order.amr,
  })
  const sign = () =>
    ports.keyring.activeSigner(settings.accessTokenAlgorithm).sign(claims, 'at+jwt')
  const minted = (value: string): MintedAccessToken => ({ value, row: row(hashSecret(value)) })

  const stale = ports.keyring.confirm()
  if (stale !== undefined) return stale.then(sign).then(minted)
  const value = sign()
  return typeof value === 'string' ? minted(value) : value.then(minted)
}

/** RFC 9068 §3: the resources asked for, else the configured audience, else the client itself. */
function audienceOf(order: AccessTokenOrder, configured: string | undefined): readonly string[] {
  return order.resources.length > 0 ? order.resources : [configured ?? order.client.id]
}

/**
 * The stored state of a presented access token, or `undefined` for anything but a live one: unknown,
 * altered, expired, revoked itself or with its family, or of a user who may not sign in. The caller
 * still checks what the client knows: that it is enabled, and `tokensValidFrom`.
 */
export async function findLiveToken(
  text: string,
  ports: {
    readonly storage: Pick<Storage, 'tokens'>
    readonly clock: Clock
    readonly events: Pick<EventRecorder, 'tell'>
  },
): Promise<{ readonly status: TokenStatus } | undefined> {
  const presented = presentedToken(text)
  if (presented === undefined) return undefined
  const status = await ports.storage.tokens.find(presented.id)
  if (status === undefined || !sameHash(presented.hash, status.token.hash)) return undefined
  const { token, isFamilyRevoked, isUserActive } = status
  if (token.expiresAt <= nowSeconds(ports.clock)) {
    ports.events.tell(aboutToken('token_expired', token))
    return undefined
  }
  if (token.revokedAt !== undefined || isFamilyRevoked || !isUserActive) return undefined
  return { status }
}

/** What is told of a token that somebody showed. */
export function aboutToken(
  type: 'token_validated' | 'token_expired',
  { id, clientId, userId, scope }: AccessToken,
): NewEvent {
  return { type, clientId, userId, metadata: { scope, token_id: id } }
}

/**
 * Under which id a token would be stored, and its hash; the row decides whether it is one of ours.
 * The signature of a JWT is not checked: its SHA-256 must equal the one stored when it was signed,
 * which only the same text does, and costs a hundredth. The claims are read for `jti` alone.
 */
export function presentedToken(
  text: string,
): { readonly id: TokenId; readonly hash: SecretHash } | undefined {
  if (text.length > LONGEST_TOKEN) return undefined
  if (text.startsWith(PREFIX.accessToken)) {
    const credential = parseCredential<TokenId>(PREFIX.accessToken, text)
    return credential && { id: credential.id, hash: credential.secretHash }
  }
  const id = jtiOf(text)
  return id === undefined ? undefined : { id, hash: hashSecret(text) }
}

function jtiOf(jwt: string): TokenId | undefined {
  const [, payload, signature, ...rest] = jwt.split('.', 4)
  if (payload === undefined || signature === undefined || rest.length > 0) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('jti' in claims)) return undefined
    return typeof claims.jti === 'string' ? parseId<TokenId>(claims.jti) : undefined
  } catch {
    return undefined // not JSON, hence not ours
  }
}
