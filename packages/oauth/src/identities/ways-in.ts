import { type Change, nowSeconds, type User } from '@grantd/domain'
import type { Services } from '../services.ts'

type Ports = Pick<Services, 'storage' | 'upstream'>

/**
 * What the account can be signed in to with, each by its id; a password is `password`. A login of a
 * provider that is not configured any more is none.
 */
async function waysIn(
  user: Pick<User, 'id' | 'passwordHash'>,
  { storage, upstream }: Ports,
): Promise<readonly string[]> {
  const [passkeys, identities] = await Promise.all([
    storage.passkeys.listByUser(user.id),
    storage.identities.listByUser(user.id),
  ])
  const usable = identities.filter(({ provider }) =>
    upstream?.providers.some(({ id }) => id === provider),
  )
  const others = [...passkeys, ...usable].map(({ id }) => id)
  return user.passwordHash === undefined ? others : ['password', ...others]
}

/** The one passkey or linked login without which its owner could not sign in any more, if it is one. */
export async function onlyWayIn(
  user: Pick<User, 'id' | 'passwordHash'>,
  services: Ports,
): Promise<string | undefined> {
  const [way, ...others] = await waysIn(user, services)
  return others.length === 0 && user.passwordHash === undefined ? way : undefined
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
