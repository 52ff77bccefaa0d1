// Owns: what an operator may learn of any token of this server: all of it, and why it is dead.
// Does not own: what a client may learn (introspect/), deciding for a request (live-token.ts).
import {
  type AccessToken,
  type ClientId,
  type EpochSeconds,
  nowSeconds,
  PREFIX,
  parseCredential,
  type RefreshToken,
  type RefreshTokenId,
  sameHash,
  type TokenFamily,
} from '@grantd/domain'
import type { Services } from '../services.ts'
import { presentedToken } from './access-token.ts'

export type EndReason =
  | 'expired'
  | 'revoked'
  | 'family revoked'
  | 'already used'
  | 'user disabled or deleted'
  | 'user on the denylist'
  | 'client disabled'
  | 'client on the denylist'
  | 'client deleted'
  | 'tokens of the client ended'

export type InspectedToken = { readonly endedBy: EndReason | undefined } & (
  | { readonly kind: 'access'; readonly token: AccessToken }
  | { readonly kind: 'refresh'; readonly token: RefreshToken; readonly family: TokenFamily }
)

type InspectPorts = Pick<Services, 'storage' | 'clock' | 'denylist'>

/** `undefined` for text that is no access or refresh token of this server, or no longer stored. */
export async function inspectToken(
  text: string,
  services: InspectPorts,
): Promise<InspectedToken | undefined> {
  await services.denylist.refresh() // a tool has no requests that keep it fresh
  return text.startsWith(PREFIX.refreshToken)
    ? inspectRefreshToken(text, services)
    : inspectAccessToken(text, services)
}

/** Revokes the token and everything of its family; resolves when it is durable. */
export async function revokeInspected(
  inspected: InspectedToken,
  by: { readonly actor: string; readonly ip: string | undefined },
  services: Pick<Services, 'tokens'>,
): Promise<void> {
  const { familyId: id, clientId: client } = inspected.token
  if (id !== undefined) {
    const user = inspected.kind === 'access' ? inspected.token.userId : inspected.family.userId
    await services.tokens.for(id).revokeFamily({ id, client, user, ...by })
  } else if (inspected.kind === 'access') {
    const { id: tokenId } = inspected.token
    await services.tokens.for(tokenId).revokeToken({ id: tokenId, client, ...by })
  }
}

async function inspectAccessToken(
  text: string,
  services: InspectPorts,
): Promise<InspectedToken | undefined> {
  const presented = presentedToken(text)
  const status = presented && (await services.storage.tokens.find(presented.id))
  if (!presented || !status || !sameHash(presented.hash, status.token.hash)) return undefined
  const { token } = status
  const endedBy =
    (token.revokedAt !== undefined && 'revoked') ||
    (status.isFamilyRevoked && 'family revoked') ||
    (nowSeconds(services.clock) >= token.expiresAt && 'expired') ||
    (!status.isUserActive && 'user disabled or deleted') ||
    (token.userId !== undefined &&
      services.denylist.deniesUserId(token.userId) &&
      'user on the denylist') ||
    (await endedByClient(token.clientId, token.issuedAt, services))
  return { kind: 'access', token, endedBy: endedBy || undefined }
}

async function inspectRefreshToken(
  text: string,
  services: InspectPorts,
): Promise<InspectedToken | undefined> {
  const presented = parseCredential<RefreshTokenId>(PREFIX.refreshToken, text)
  const found = presented && (await services.storage.refreshTokens.find(presented.id))
  if (!presented || !found || !sameHash(presented.secretHash, found.refreshToken.secretHash))
    return undefined
  const { refreshToken, family } = found
  const user = await services.storage.users.find(family.userId)
  const at = nowSeconds(services.clock)
  const endedBy =
    (family.revokedAt !== undefined && 'family revoked') ||
    (refreshToken.usedAt !== undefined && 'already used') ||
    ((at >= refreshToken.expiresAt || at >= family.expiresAt) && 'expired') ||
    (user?.isEnabled !== true && 'user disabled or deleted') ||
    (services.denylist.deniesUserId(family.userId) && 'user on the denylist') ||
    (await endedByClient(refreshToken.clientId, refreshToken.createdAt, services))
  return { kind: 'refresh', token: refreshToken, family, endedBy: endedBy || undefined }
}

async function endedByClient(
  id: ClientId,
  issuedAt: EpochSeconds,
  services: InspectPorts,
): Promise<EndReason | undefined> {
  const client = await services.storage.clients.find(id)
  if (client === undefined) return 'client deleted'
  if (!client.isEnabled) return 'client disabled'
  if (services.denylist.deniesClient(id)) return 'client on the denylist'
  return issuedAt < client.tokensValidFrom ? 'tokens of the client ended' : undefined
}
