import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type AuditRecord, type Change, IdMaker, type Storage } from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { FixedClock, SeededRandom } from '@grantd/testkit'
import { auditChange } from '../audit.ts'
import { type ChainPorts, countAged, extendChain, trimChain, verifyChain } from './chain.ts'

const KEY = Buffer.alloc(32, 7)
const DAY = 86_400

describe('the chain of the audit log', () => {
  let storage: Storage
  let clock: FixedClock
  let ports: ChainPorts

  beforeEach(async () => {
    storage = await openStorage('memory:')
    clock = new FixedClock()
    ports = {
      storage,
      clock,
      ids: new IdMaker({ clock, random: new SeededRandom('chain') }),
      encryptionKey: KEY,
    }
  })
  afterEach(() => storage.close())

  const insert = (n: number): Promise<unknown> => {
    const note = { action: 'client.created', targetKind: 'client', targetId: `c${n}` } as const
    return storage.commit([auditChange({ ...note, metadata: { b: '1', a: '2' } }, ports)])
  }
  const insertMany = async (count: number) => {
    for (let n = 0; n < count; n++) await insert(n)
  }

  test('an empty log is a whole chain', async () => {
    assert.equal(await extendChain(ports), 0)
    const report = await verifyChain(ports, KEY)
    assert.deepEqual([report.faults, report.records, report.head.seq], [[], 0, 0])
  })

  test('records join once, in order, and the chain grows', async () => {
    await insertMany(450)
    assert.equal(await extendChain(ports), 450)
    assert.equal(await extendChain(ports), 0)
    await insertMany(3)
    const waiting = await verifyChain(ports, KEY)
    assert.deepEqual([waiting.faults, waiting.records, waiting.waiting], [[], 450, 3])
    await extendChain(ports)
    const report = await verifyChain(ports, KEY)
    assert.deepEqual([report.faults, report.records, report.waiting], [[], 453, 0])
    const chained = await storage.audit.listChained(0, 1_000)
    const newestFirst = await storage.audit.list({ limit: 1_000 })
    assert.deepEqual(
      chained.map(({ record }) => record.id),
      newestFirst.map(({ id }) => id).reverse(),
    )
  })

  test('two processes that extend it at once make one chain', async () => {
    await insertMany(300)
    await Promise.all([extendChain(ports), extendChain(ports), extendChain(ports)])
    await extendChain(ports)
    const report = await verifyChain(ports, KEY)
    assert.deepEqual([report.faults, report.records], [[], 300])
  })

  /** What verifying says of a storage that shows the chain differently. */
  async function faultsOf(change: (rows: ChainRows) => ChainRows): Promise<readonly string[]> {
    const listChained = async (after: number, limit: number) =>
      change(await storage.audit.listChained(0, 1_000))
        .filter(({ seq }) => seq > after)
        .slice(0, limit)
    const audit = { ...storage.audit, listChained }
    return (await verifyChain({ storage: { ...storage, audit } }, KEY)).faults
  }
  type ChainRows = Awaited<ReturnType<Storage['audit']['listChained']>>

  test('a record that was changed, removed or moved is found', async () => {
    await insertMany(6)
    await extendChain(ports)
    const changed = (fields: Partial<AuditRecord>) =>
      faultsOf((rows) =>
        rows.map((row) => (row.seq === 3 ? { ...row, record: { ...row.record, ...fields } } : row)),
      )
    assert.deepEqual(await faultsOf((rows) => rows), [])
    for (const fields of [
      { actor: 'somebody' },
      { targetId: 'other' },
      { ip: '192.0.2.9' },
      { metadata: { a: '2', b: '2' } },
      { createdAt: 5 as AuditRecord['createdAt'] },
      { action: 'client.deleted' } as const,
    ]) {
      const [fault, ...others] = await changed(fields)
      assert.match(fault ?? '', /^record 3 \(.+\) was changed or moved$/)
      assert.deepEqual(others, [])
    }
    assert.deepEqual(await faultsOf((rows) => rows.filter(({ seq }) => seq !== 3)), [
      'record 3 is missing',
    ])
    assert.deepEqual(await faultsOf((rows) => rows.filter(({ seq }) => seq < 3 || seq > 4)), [
      'records 3 to 4 are missing',
    ])
    assert.deepEqual(await faultsOf((rows) => rows.slice(0, -1)), ['records 6 to 6 are missing'])
    const swapped = await faultsOf((rows) =>
      rows.map((row, n) => ({
        ...row,
        record: rows[n === 1 ? 2 : n === 2 ? 1 : n]?.record ?? row.record,
      })),
    )
    assert.equal(swapped.length, 2)
  })

  test('a chain made anew, or cut off, without the key is found by its marks', async () => {
    await insertMany(3)
    await extendChain({ ...ports, encryptionKey: Buffer.alloc(32, 8) })
    assert.deepEqual((await verifyChain(ports, KEY)).faults, [
      'the mark at the end of the chain was not made with this encryption key',
    ])
    assert.deepEqual((await verifyChain(ports, undefined)).faults, [])
    const { head } = await verifyChain(ports, undefined)
    const noted = { ...head, seq: 2 }
    assert.deepEqual((await verifyChain(ports, undefined, noted)).faults, [
      'the chain does not hold record 2 as it was noted',
    ])
  })

  test('retention takes the beginning, says so, and leaves a chain', async () => {
    await insertMany(5)
    await extendChain(ports)
    clock.advance(10 * DAY)
    await insertMany(2)
    await extendChain(ports)
    assert.equal(await trimChain(ports, 0), 0)
    for (const [days, aged] of [
      [0, 0],
      [30, 0],
      [9, 5],
    ] as const) {
      assert.equal(await countAged(ports, days), aged)
      assert.equal(await trimChain(ports, days), aged)
      assert.equal(await countAged(ports, days), 0)
    }
    await extendChain(ports)
    const report = await verifyChain(ports, KEY)
    assert.deepEqual([report.faults, report.records, report.from], [[], 3, 6])
    const [note] = await storage.audit.list({ limit: 1 })
    assert.deepEqual([note?.action, note?.metadata], ['audit.trimmed', { records: '5' }])
    const base = (await storage.audit.chain()).base
    const forged: Change = { ...base, kind: 'audit.mark', end: 'base', from: base.seq, seq: 6 }
    await storage.commit([forged, { kind: 'audit.trim', upTo: 6 }])
    assert.ok((await verifyChain(ports, KEY)).faults.length > 0)
  })
})
