import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after } from '@grantd/domain'
import { refuse, suiteOn, write } from './harness.ts'
import { aDenial, LATER, NOW, unique } from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

export function denylistSuite(target: ConformanceTarget): void {
  suiteOn(target, 'denylist', (storage) => {
    test('an entry reads back by kind and value, with everything in it or nothing', async () => {
      const bare = aDenial()
      const full = aDenial({ kind: 'client_id', reason: 'leaked “secret”', expiresAt: LATER })
      await write(storage(), { kind: 'denylist.put', denial: bare })
      await write(storage(), { kind: 'denylist.put', denial: full })
      for (const denial of [bare, full])
        assert.deepEqual(await storage().denylist.find(denial.kind, denial.value), denial)
      assert.equal(await storage().denylist.find('email', bare.value), undefined)
    })

    test('put again, an entry changes and keeps its id and its beginning', async () => {
      const first = aDenial({ reason: 'a guess', expiresAt: LATER })
      const again = aDenial({ ...first, id: aDenial().id, createdAt: NOW, createdBy: 'ada' })
      await write(storage(), { kind: 'denylist.put', denial: first })
      const changed = { ...again, reason: undefined, expiresAt: undefined }
      await write(storage(), { kind: 'denylist.put', denial: changed })
      assert.deepEqual(await storage().denylist.find(first.kind, first.value), {
        ...changed,
        id: first.id,
        createdAt: first.createdAt,
      })
    })

    test('the same value may be denied in two senses', async () => {
      const value = unique('name')
      const [name, client] = [aDenial({ value }), aDenial({ kind: 'client_id', value })]
      await write(storage(), { kind: 'denylist.put', denial: name })
      await write(storage(), { kind: 'denylist.put', denial: client })
      await write(storage(), { kind: 'denylist.delete', id: name.id })
      assert.equal(await storage().denylist.find('username', value), undefined)
      assert.deepEqual(await storage().denylist.find('client_id', value), client)
    })

    test('an entry goes once', async () => {
      const denial = aDenial()
      await write(storage(), { kind: 'denylist.put', denial })
      await write(storage(), { kind: 'denylist.delete', id: denial.id })
      await refuse(storage(), 0, { kind: 'denylist.delete', id: denial.id })
    })

    test('entries are listed newest first, page by page', async () => {
      const denials = [aDenial(), aDenial(), aDenial()]
      for (const denial of denials) await write(storage(), { kind: 'denylist.put', denial })
      const first = await storage().denylist.list({ limit: 2 })
      const rest = await storage().denylist.list({ limit: 1, after: first[1]?.id ?? '' })
      assert.deepEqual([...first, ...rest], denials.toReversed())
    })

    test('each change is counted, and counts for nothing else', async () => {
      const before = await storage().versions()
      const denial = aDenial()
      await write(storage(), { kind: 'denylist.put', denial })
      await write(storage(), { kind: 'denylist.delete', id: denial.id })
      assert.deepEqual(await storage().versions(), { ...before, denylist: before.denylist + 2 })
    })

    test('a purge takes entries that are over and leaves those without an end', async () => {
      const [over, open] = [aDenial({ expiresAt: NOW }), aDenial()]
      await write(storage(), { kind: 'denylist.put', denial: over })
      await write(storage(), { kind: 'denylist.put', denial: open })
      await storage().purgeExpired(after(NOW, 1), 1_000)
      assert.equal(await storage().denylist.find(over.kind, over.value), undefined)
      assert.deepEqual(await storage().denylist.find(open.kind, open.value), open)
    })
  })
}
