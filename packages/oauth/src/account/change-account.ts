import type { AuditAction, Change } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { RecentAuthentication } from '../evidence/evidence.ts'
import type { AccountChange } from '../mail/letters.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import type { Services } from '../services.ts'
import { endOtherSessions } from '../sessions/end-others.ts'

/**
 * Writes a change of credentials with all that belongs to it, in one unit: the guards of the proof,
 * the end of all other sessions, the audit record, the mail to the owner. False when a guard was lost.
 */
export async function changeCredentials(
  proof: RecentAuthentication,
  wish: {
    readonly action: AuditAction
    readonly letter: AccountChange
    readonly changes: readonly Change[]
    readonly ip: string
    readonly metadata?: Readonly<Record<string, string>>
  },
  services: Services,
): Promise<boolean> {
  const { user, session } = proof
  const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: wish.ip } as const
  const metadata = wish.metadata ?? {}
  const result = await services.storage.commit([
    ...proof.changes,
    ...wish.changes,
    ...(await endOtherSessions(user, session, services)),
    auditChange({ action: wish.action, ...about, metadata }, services),
    ...tellOwner(user, wish.letter, services),
  ])
  services.logouts.tell.deliver()
  return result.outcome === 'committed'
}
