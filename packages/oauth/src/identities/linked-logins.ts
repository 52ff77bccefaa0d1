// Owns: the two ways in which a linked login changes hands: it is linked to an account, it is removed from
// it. Each demands a recent sign-in and is written in one unit with its audit record and the letter.
// Does not own: how a provider proves whose account it is. Start here: the two functions.
import { nowSeconds, type UpstreamIdentity, type UpstreamIdentityId } from '@grantd/domain'
import { changeCredentials } from '../account/change-account.ts'
import type { RecentAuthentication } from '../evidence/evidence.ts'
import type { Services } from '../services.ts'
import { keepsAWayIn, onlyWayIn } from './ways-in.ts'

export const MAX_IDENTITIES = 20

/** What a provider proved about the person in front of the browser. */
export type ToldIdentity = Pick<
  UpstreamIdentity,
  'provider' | 'issuer' | 'subject' | 'email' | 'name'
>

export type LinkOutcome =
  | 'linked'
  /** It was this account's already. */
  | 'known'
  /** It is another account's, and stays so. */
  | 'taken'
  | 'too_many'
  /** The session or the account ended meanwhile; nothing was written. */
  | 'again'

/**
 * Links a login to the account that `proof` is of, and to no other: whose it becomes is nothing that a
 * request can say (T186).
 */
export async function linkLogin(
  proof: RecentAuthentication,
  wish: { readonly told: ToldIdentity; readonly ip: string },
  services: Services,
): Promise<LinkOutcome> {
  const { provider, issuer, subject, email, name } = wish.told
  const userId = proof.user.id
  const ownerNow = async () => (await services.storage.identities.find(provider, subject))?.userId
  const owner = await ownerNow()
  if (owner !== undefined) return owner === userId ? 'known' : 'taken'
  const others = await services.storage.identities.listByUser(userId)
  if (others.length >= MAX_IDENTITIES) return 'too_many'
  const identity: UpstreamIdentity = {
    id: services.ids.next<UpstreamIdentityId>(),
    userId,
    ...{ provider, issuer, subject, email, name },
    createdAt: nowSeconds(services.clock),
    lastUsedAt: undefined,
  }
  const isDone = await changeCredentials(
    proof,
    {
      action: 'identity.linked',
      letter: 'identity_linked',
      changes: [
        { kind: 'user.requireActive', id: userId },
        { kind: 'identity.insert', identity },
      ],
      ip: wish.ip,
      metadata: { provider },
    },
    services,
  )
  services.mails.tell.deliver({})
  if (isDone) return 'linked'
  const winner = await ownerNow()
  return winner === undefined || winner === userId ? 'again' : 'taken'
}

export type UnlinkOutcome =
  | 'unlinked'
  /** Without it nobody could sign in to the account. */
  | 'last_way_in'
  /** There is no such login of this account, or a guard was lost; nothing was written. */
  | 'again'

export async function unlinkLogin(
  proof: RecentAuthentication,
  wish: { readonly id: UpstreamIdentityId; readonly ip: string },
  services: Services,
): Promise<UnlinkOutcome> {
  const { user } = proof
  const identities = await services.storage.identities.listByUser(user.id)
  const identity = identities.find(({ id }) => id === wish.id)
  if (identity === undefined) return 'again'
  if ((await onlyWayIn(user, services)) === identity.id) return 'last_way_in'
  const isDone = await changeCredentials(
    proof,
    {
      action: 'identity.unlinked',
      letter: 'identity_unlinked',
      changes: [
        { kind: 'identity.delete', id: identity.id, userId: user.id },
        ...keepsAWayIn(user, services),
      ],
      ip: wish.ip,
      metadata: { provider: identity.provider },
    },
    services,
  )
  return isDone ? 'unlinked' : 'again'
}
