import {
  after,
  type InitialAccessToken,
  type InitialAccessTokenId,
  mintCredential,
  nowSeconds,
  PREFIX,
  Secret,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'

/** A token whose holder may register `uses` clients within `lifetime` seconds (RFC 7591 §1.2); stored hashed. */
export async function createInitialAccessToken(
  wish: { readonly uses: number; readonly lifetime: number; readonly actor: string },
  services: Pick<Services, 'ids' | 'clock' | 'random' | 'storage'>,
): Promise<{ readonly secret: Secret; readonly token: InitialAccessToken }> {
  const at = nowSeconds(services.clock)
  const id = services.ids.next<InitialAccessTokenId>()
  const minted = mintCredential(PREFIX.initialAccessToken, id, services.random)
  const token: InitialAccessToken = {
    id,
    secretHash: minted.secretHash,
    usesLeft: wish.uses,
    createdAt: at,
    expiresAt: after(at, wish.lifetime),
  }
  await services.storage.commit([
    { kind: 'initialAccessToken.insert', token },
    auditChange(
      {
        action: 'initial_access_token.created',
        actor: wish.actor,
        targetKind: 'token',
        targetId: id,
        metadata: { uses: String(wish.uses) },
      },
      services,
    ),
  ])
  return { secret: new Secret(minted.value), token }
}
