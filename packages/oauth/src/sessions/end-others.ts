import { type Change, nowSeconds, type Session, type User } from '@grantd/domain'
import type { Services } from '../services.ts'
import { logoutDeliveries } from './session-life.ts'

/**
 * The changes that end every session of `user` but `kept`, with the refresh tokens that lived with
 * them, and queue their back-channel logouts. Whoever changes a credential puts them into the same unit of work.
 */
export async function endOtherSessions(
  user: Pick<User, 'id'>,
  kept: Pick<Session, 'id'> | undefined,
  services: Pick<Services, 'storage' | 'clock' | 'ids'>,
): Promise<readonly Change[]> {
  const at = nowSeconds(services.clock)
  const sessions = await services.storage.sessions.listByUser(user.id)
  const others = sessions.filter(({ id, revokedAt }) => id !== kept?.id && revokedAt === undefined)
  const deliveries = await Promise.all(others.map((other) => logoutDeliveries(other, services)))
  return [
    // No guard: somebody who signs out this very moment must not undo a change of password.
    { kind: 'session.revokeByUser', userId: user.id, at, ...(kept && { except: kept.id }) },
    ...others.map(({ id }) => ({ kind: 'family.revokeBySession', sessionId: id, at }) as const),
    ...deliveries.flat(),
  ]
}
