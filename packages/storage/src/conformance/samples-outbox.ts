import {
  type AuditId,
  hashSecret,
  type OutboxEntry,
  type OutboxEvent,
  type ParkedEvent,
  type StoredRow,
} from '@grantd/domain'
import { LATER, NOW, unique } from './samples.ts'

export function anEvent(changes: Partial<OutboxEvent> = {}): OutboxEvent {
  const payload = JSON.stringify({ event: { id: unique('event'), metadata: { 'a "b"': '\\ æ' } } })
  return { key: unique('key'), payload, createdAt: NOW, ...changes }
}

export function aParkedEvent(sink: string, changes: Partial<ParkedEvent> = {}): ParkedEvent {
  const entry: OutboxEntry = { ...anEvent(), seq: 1 }
  return {
    ...entry,
    sink,
    attempts: 1,
    nextAttemptAt: NOW,
    error: 'message too large',
    deadAt: undefined,
    ...changes,
  }
}

let places = 0
/** Base64url of whole bytes, as hashes are. */
const aHash = () => hashSecret(unique('hash'))

/** The rows of a trail with everything in it that may be there; `id` is that of a record. */
export function filledTrail(id: AuditId): StoredRow[] {
  const seq = ++places
  const sink = unique('sink')
  return [
    { kind: 'auditLink', row: { id, seq, hash: aHash() } },
    { kind: 'auditEnd', row: { end: 'head', seq, hash: aHash(), mac: aHash() } },
    { kind: 'event', row: { ...anEvent(), seq } },
    { kind: 'sink', row: { name: sink, cursor: seq + 1 } },
    { kind: 'parkedEvent', row: aParkedEvent(sink, { seq, deadAt: LATER }) },
  ]
}

export function bareTrail(id: AuditId): StoredRow[] {
  const seq = ++places
  const sink = unique('sink')
  return [
    { kind: 'auditLink', row: { id, seq, hash: aHash() } },
    { kind: 'auditEnd', row: { end: 'base', seq, hash: aHash(), mac: aHash() } },
    { kind: 'event', row: { ...anEvent(), seq } },
    { kind: 'sink', row: { name: sink, cursor: 0 } },
    { kind: 'parkedEvent', row: aParkedEvent(sink, { seq, error: undefined }) },
  ]
}
