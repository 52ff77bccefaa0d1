import {
  after,
  type InitialAccessTokenId,
  mintCredential,
  nowSeconds,
  PREFIX,
  Secret,
} from '@grantd/domain'
import type { Services } from '../services.ts'

/**
 * An invitation to register (RFC 7591 §1.2): `uses` registrations within `lifetime` seconds. Resolves to
 * its text, which is stored as a hash only, when it is durable.
 */
export async function createInitialAccessToken(
  wish: { readonly uses: number; readonly lifetime: number },
  services: Pick<Services, 'ids' | 'clock' | 'random' | 'storage'>,
): Promise<Secret> {
  const id = services.ids.next<InitialAccessTokenId>()
  const minted = mintCredential(PREFIX.initialAccessToken, id, services.random)
  const createdAt = nowSeconds(services.clock)
  const token = {
    id,
    secretHash: minted.secretHash,
    usesLeft: wish.uses,
    createdAt,
    expiresAt: after(createdAt, wish.lifetime),
  }
  await services.storage.commit([{ kind: 'initialAccessToken.insert', token }])
  return new Secret(minted.value)
}
