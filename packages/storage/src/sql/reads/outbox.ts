import type {
  AuditChain,
  AuditMark,
  ChainedRecord,
  OutboxEntry,
  OutboxSink,
  ParkedEvent,
} from '@grantd/domain'
import type { Selectable } from 'kysely'
import { orUndefined, textOf } from '../read.ts'
import type { AuditRow } from '../schema.ts'
import type { AuditMarkRow, OutboxRow, OutboxSinkRow, ParkedRow } from '../schema-outbox.ts'
import { auditOf } from './operations.ts'

export function entryOf(row: Selectable<OutboxRow>): OutboxEntry {
  const { seq, key, payload } = row
  return Object.freeze({ seq, key, payload, createdAt: row.created_at })
}

export function sinkOf(row: OutboxSinkRow): OutboxSink {
  const { name, epoch, owner } = row
  return Object.freeze({
    name,
    cursor: row.cursor_seq,
    epoch,
    owner,
    leaseUntil: row.lease_until,
  })
}

export function parkedOf(row: ParkedRow): ParkedEvent {
  const { sink, seq, key, payload, attempts } = row
  return Object.freeze({
    sink,
    seq,
    key,
    payload,
    attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    error: orUndefined(row.error),
    deadAt: orUndefined(row.dead_at),
  })
}

export function chainedOf(row: Selectable<AuditRow>): ChainedRecord {
  return Object.freeze({
    record: auditOf(row),
    seq: row.seq ?? 0,
    hash: row.hash === null ? '' : textOf(row.hash),
  })
}

export function chainOf(rows: readonly AuditMarkRow[]): AuditChain {
  return Object.freeze({ base: markOf(rows, 'base'), head: markOf(rows, 'head') })
}

/** A mark that somebody removed reads like one that never was, which the chain then contradicts. */
function markOf(rows: readonly AuditMarkRow[], name: AuditMarkRow['name']): AuditMark {
  const row = rows.find((each) => each.name === name)
  if (row === undefined) return Object.freeze({ seq: 0, hash: '', mac: '' })
  return Object.freeze({ seq: row.seq, hash: textOf(row.hash), mac: textOf(row.mac) })
}
