import type { AuditRecord, Change, UserId } from '@grantd/domain'
import { nowSeconds } from '@grantd/domain'
import type { Services } from './services.ts'

type AuditNote = Pick<AuditRecord, 'action' | 'targetKind' | 'targetId'> &
  Partial<Pick<AuditRecord, 'actor' | 'subject' | 'ip' | 'metadata'>>

/** An audit row for the unit of work whose change it tells of. */
export function auditChange(note: AuditNote, services: Pick<Services, 'ids' | 'clock'>): Change {
  return {
    kind: 'audit.insert',
    record: {
      id: services.ids.next(),
      action: note.action,
      actor: note.actor,
      targetKind: note.targetKind,
      targetId: note.targetId,
      subject: note.subject ?? (note.targetKind === 'user' ? (note.targetId as UserId) : undefined),
      ip: note.ip,
      metadata: note.metadata ?? {},
      createdAt: nowSeconds(services.clock),
    },
  }
}
