import type { AuditMark, EpochSeconds } from '@grantd/domain'
import type { Generated } from 'kysely'
import type { Bytes } from './schema.ts'

// The rows of the outbox and of the ends of the audit chain; schema.ts lists their tables.

export interface OutboxRow {
  /** Given by the database: with the insert on SQLite, after the commit on PostgreSQL. */
  seq: Generated<number>
  key: string
  payload: string
  created_at: EpochSeconds
}

export interface OutboxSinkRow {
  name: string
  cursor_seq: number
  epoch: number
  owner: string
  lease_until: EpochSeconds
}

export interface ParkedRow {
  sink: string
  seq: number
  key: string
  payload: string
  attempts: number
  next_attempt_at: EpochSeconds
  error: string | null
  created_at: EpochSeconds
  dead_at: EpochSeconds | null
}

export interface AuditMarkRow {
  name: 'base' | 'head'
  seq: number
  hash: Bytes<AuditMark['hash']>
  mac: Bytes<AuditMark['mac']>
}
