import { type Change, nowSeconds, type User } from '@grantd/domain'
import type { Services } from '../services.ts'

/** What the account can be signed in to with, each by its id; a password is `password`. */
async function waysIn(
  user: Pick<User, 'id' | 'passwordHash'>,
  { storage }: Pick<Services, 'storage'>,
): Promise<readonly string[]> {
  const [passkeys, identities] = await Promise.all([
    storage.passkeys.listByUser(user.id),
    storage.identities.listByUser(user.id),
  ])
  const others = [...passkeys, ...identities].map(({ id }) => id)
  return user.passwordHash === undefined ? others : ['password', ...others]
}

/** True when its owner could not sign in any more without the passkey or identity `id`. */
export async function isLastWayIn(
  user: Pick<User, 'id' | 'passwordHash'>,
  id: string,
  services: Pick<Services, 'storage'>,
): Promise<boolean> {
  const ways = await waysIn(user, services)
  return ways.includes(id) && ways.length === 1
}

/**
 * Guards of a unit that takes a way to sign in from `user`: of two that each leave the other's, one is
 * refused. A password is never taken away, so there is nothing to guard where there is one.
 */
export function keepsAWayIn(user: User, { clock }: Pick<Services, 'clock'>): readonly Change[] {
  if (user.passwordHash !== undefined) return []
  const next = { ...user, updatedAt: nowSeconds(clock), version: user.version + 1 }
  return [{ kind: 'user.update', user: next }]
}
