import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { IdMaker, systemClock, systemRandom } from '@grantd/domain'
import { auditChange, type ChainPorts, extendChain, verifyChain } from '@grantd/oauth'
import { type OpenedStorage, openStorage } from '@grantd/storage'
import { freshDatabase, session } from '@grantd/testkit/postgres'

const KEY = Buffer.alloc(32, 7)
const RECORDS = 6

describe('somebody who can write the audit log in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>
  let storage: OpenedStorage
  let ports: ChainPorts
  let sql: Awaited<ReturnType<typeof session>>

  before(async () => {
    database = await freshDatabase()
    storage = await openStorage(database.url)
    sql = await session(database.url)
    ports = {
      storage,
      clock: systemClock,
      ids: new IdMaker({ clock: systemClock, random: systemRandom }),
      encryptionKey: KEY,
    }
    for (let n = 1; n <= RECORDS; n++) {
      const note = { action: 'client.created', targetKind: 'client', targetId: `c${n}` } as const
      await storage.commit([auditChange({ ...note, ip: '192.0.2.1' }, ports)])
    }
    await extendChain(ports)
  })
  after(async () => {
    await sql?.end()
    await storage?.close()
    await database?.[Symbol.asyncDispose]()
  })

  /** What verifying finds after `statement`; then all is as it was. */
  async function faultsAfter(statement: string): Promise<readonly string[]> {
    await sql.query('create table kept_log as table audit_log')
    await sql.query('create table kept_marks as table audit_marks')
    try {
      const { rowCount } = await sql.query(statement)
      assert.ok((rowCount ?? 0) > 0, `"${statement}" changed something`)
      return (await verifyChain(ports, KEY)).faults
    } finally {
      await sql.query('truncate audit_log, audit_marks')
      await sql.query('insert into audit_log select * from kept_log')
      await sql.query('insert into audit_marks select * from kept_marks')
      await sql.query('drop table kept_log, kept_marks')
    }
  }

  test('changes nothing unseen', async () => {
    assert.deepEqual((await verifyChain(ports, KEY)).faults, [])
    for (const column of [
      `target_id = 'other'`,
      `actor = 'somebody'`,
      `ip = '192.0.2.9'`,
      `action = 'client.deleted'`,
      `created_at = created_at + 1`,
      `metadata = '{"a":"b"}'`,
    ]) {
      const [fault, ...others] = await faultsAfter(`update audit_log set ${column} where seq = 3`)
      assert.match(fault ?? '', /^record 3 \(.+\) was changed or moved$/, column)
      assert.deepEqual(others, [], column)
    }
  })

  test('removes nothing unseen, at the end neither', async () => {
    assert.deepEqual(await faultsAfter('delete from audit_log where seq = 3'), [
      'record 3 is missing',
    ])
    assert.deepEqual(await faultsAfter(`delete from audit_log where seq = ${RECORDS}`), [
      `records ${RECORDS} to ${RECORDS} are missing`,
    ])
    const marks = await faultsAfter(
      `update audit_marks set seq = ${RECORDS - 1}, hash = (select hash from audit_log where seq = ${RECORDS - 1}) where name = 'head'`,
    )
    assert.ok(marks.length > 0, 'a mark without the key')
    assert.ok((await faultsAfter(`delete from audit_marks where name = 'head'`)).length > 0)
  })

  test('moves nothing unseen, and adds nothing', async () => {
    const swapped = await faultsAfter(
      `update audit_log set target_id = case seq when 2 then 'c3' else 'c2' end where seq in (2, 3)`,
    )
    assert.equal(swapped.length, 2)
    const added = await faultsAfter(
      `insert into audit_log (id, action, target_kind, target_id, created_at, seq, hash)
       select sha256(id), action, target_kind, 'forged', created_at, ${RECORDS + 1}, sha256(hash)
       from audit_log where seq = ${RECORDS}`,
    )
    assert.ok(added.length > 0)
    assert.deepEqual((await verifyChain(ports, KEY)).faults, [], 'all is as it was')
  })
})
