import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { CHANGES } from '../changes/all.ts'
import { paramsOf } from '../params.ts'
import { Plan } from '../plan.ts'
import { Purge, sliceEnd, WALKED } from '../purge.ts'
import type { Read } from '../read.ts'
import { findClient } from '../reads/clients.ts'
import { findCode, findFamily, findRefreshToken } from '../reads/grants.ts'
import { findInitialAccessToken, findSetupLink, findThrottle } from '../reads/operations.ts'
import { findIdentity, findPasskey, findTicket, findTotp } from '../reads/people.ts'
import { findConsent, findSession } from '../reads/sessions.ts'
import { findToken } from '../reads/tokens.ts'
import { findUser, findUserByLogin } from '../reads/users.ts'
import { sqliteBuilder } from './dialect.ts'
import { migrateSqlite } from './migrate.ts'

/** Tables of a few rows, and the newest id of a table, may be scanned. */
const FREE_SCAN = /deleted_clients|USING COVERING INDEX \w+_id$|CONSTANT ROW/

describe('statements use indexes', () => {
  const database = new DatabaseSync(':memory:')
  migrateSqlite(database)
  const builder = sqliteBuilder(database)
  const plan = new Plan(builder, CHANGES)
  new Purge({ plan, submit: async () => 0, sliceEnd: async () => undefined })

  const scans = (sql: string) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row.detail))
      .filter((detail) => detail.startsWith('SCAN') && !FREE_SCAN.test(detail))

  test('no change and no purge scans a table', () => {
    for (const { sql } of plan.statements) assert.deepEqual(scans(sql), [], sql)
  })

  test('no hot read scans a table', () => {
    const text = <Key, Row, Value>(read: Read<Key, Row, Value>) =>
      read.query(builder, paramsOf<Key>()).compile().sql
    const reads = [
      text(findClient),
      text(findCode),
      text(findConsent),
      text(findFamily),
      text(findIdentity),
      text(findInitialAccessToken),
      text(findPasskey),
      text(findRefreshToken),
      text(findSession),
      text(findSetupLink),
      text(findThrottle),
      text(findTicket),
      text(findToken),
      text(findTotp),
      text(findUser),
      text(findUserByLogin),
      ...WALKED.map((table) => text(sliceEnd(table))),
    ]
    for (const sql of reads) assert.deepEqual(scans(sql), [], sql)
  })

  test('issuing a client_credentials token touches one index', () => {
    const indexes = database
      .prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'tokens'")
      .all()
      .map((row) => String(row.sql))
    const always = indexes.filter((sql) => !sql.includes('WHERE family_id IS NOT NULL'))
    assert.deepEqual(always, ['CREATE UNIQUE INDEX tokens_id ON tokens (id)'])
  })
})
