import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFrozen, refuse, suiteOn, write } from './harness.ts'
import { anAuditRecord, BEFORE, LATER, NOW, unique } from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

const text = (byte: number) => Buffer.alloc(32, byte).toString('base64url')

/** Records join a chain after their commit, each at one place, and leave it from its beginning only. */
export function auditTrailSuite(target: ConformanceTarget): void {
  suiteOn(target, 'audit trail', (storage) => {
    test('a new log has no chain', async () => {
      const nothing = { seq: 0, hash: '', mac: '' }
      const chain = await storage().audit.chain()
      assert.deepEqual(chain, { base: nothing, head: nothing })
      assertFrozen(chain)
      assert.deepEqual(await storage().audit.listChained(0, 10), [])
    })

    test('records wait in their order and join at one place each', async () => {
      const records = [anAuditRecord(), anAuditRecord(), anAuditRecord()]
      const [first, second, third] = records
      if (!first || !second || !third) throw new Error('three records')
      for (const record of records) await write(storage(), { kind: 'audit.insert', record })
      assert.deepEqual(await storage().audit.listUnchained(2), [first, second])
      const link = (id: typeof first.id, seq: number) =>
        ({ kind: 'audit.link', id, seq, hash: text(seq) }) as const
      const mark = { kind: 'audit.mark', end: 'head', from: 0, seq: 2 } as const
      const head = { hash: text(2), mac: text(9) }
      await write(storage(), { ...mark, ...head }, link(first.id, 1), link(second.id, 2))
      await refuse(storage(), 0, { ...mark, ...head }, link(third.id, 3))
      await refuse(storage(), 0, link(first.id, 3))
      await refuse(storage(), 0, link(anAuditRecord().id, 3))
      assert.deepEqual(await storage().audit.listUnchained(10), [third])
      const chained = await storage().audit.listChained(0, 10)
      assert.deepEqual(chained, [
        { record: first, seq: 1, hash: text(1) },
        { record: second, seq: 2, hash: text(2) },
      ])
      for (const each of chained) assertFrozen(each)
      assert.deepEqual(await storage().audit.listChained(1, 10), chained.slice(1))
      assert.deepEqual((await storage().audit.chain()).head, { seq: 2, ...head })
    })

    test('a trim takes the beginning of the chain and nothing that waits', async () => {
      const mark = { kind: 'audit.mark', end: 'base', from: 0, seq: 1 } as const
      const [, second] = await storage().audit.listChained(0, 10)
      const waiting = await storage().audit.listUnchained(10)
      await write(
        storage(),
        { ...mark, hash: text(1), mac: text(8) },
        { kind: 'audit.trim', upTo: 1 },
      )
      assert.deepEqual(await storage().audit.listChained(0, 10), [second])
      assert.deepEqual(await storage().audit.listUnchained(10), waiting)
      assert.equal((await storage().audit.chain()).base.seq, 1)
    })

    test('the log is narrowed by act, actor, target and time, newest first', async () => {
      const [actor, targetId] = [unique('actor'), unique('target')]
      const early = anAuditRecord({ actor, targetId, action: 'client.created', createdAt: BEFORE })
      const late = anAuditRecord({ actor, action: 'client.deleted', createdAt: NOW })
      for (const record of [early, late]) await write(storage(), { kind: 'audit.insert', record })
      const list = (filter: object) => storage().audit.list({ limit: 10, ...filter })
      assert.deepEqual(await list({ actor }), [late, early])
      assert.deepEqual(await list({ actor, action: 'client.created' }), [early])
      assert.deepEqual(await list({ targetId }), [early])
      assert.deepEqual(await list({ actor, since: NOW }), [late])
      assert.deepEqual(await list({ actor, until: NOW }), [early])
      assert.deepEqual(await list({ actor, since: NOW, until: LATER, action: 'key.created' }), [])
      assert.deepEqual(await list({ actor, after: late.id }), [early])
    })
  })
}
