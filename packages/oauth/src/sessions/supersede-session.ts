import { nowSeconds, type Session } from '@grantd/domain'
import type { Services } from '../services.ts'
import { endSession } from './session-life.ts'

/**
 * Ends the browser's former session. What the same person granted in it goes on under the new one,
 * so that signing out still ends it; what another person granted ends here.
 */
export async function supersedeSession(
  former: Session | undefined,
  next: Session,
  ip: string,
  services: Pick<Services, 'storage' | 'clock' | 'ids'>,
): Promise<void> {
  if (former === undefined) return
  if (former.userId !== next.userId) {
    await endSession(former, ip, services)
    return
  }
  await services.storage.commit([
    { kind: 'session.revoke', id: former.id, at: nowSeconds(services.clock) },
    { kind: 'family.moveSession', from: former.id, to: next.id },
  ])
}
