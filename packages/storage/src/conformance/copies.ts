import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  insertionOf,
  ROW_KINDS,
  type RowKind,
  rowKey,
  type Snapshot,
  type Storage,
  type StoredRow,
  type StoredRows,
} from '@grantd/domain'
import { suiteOn, write } from './harness.ts'
import { aClient, aCode, aToken, NOW, unique } from './samples.ts'
import { anEvent } from './samples-outbox.ts'
import { bareRows, filledRows } from './samples-rows.ts'
import type { ConformanceTarget } from './suite.ts'

/** What whole copies are made of: snapshots, insertions of every field, erasing, notes. */
export function copySuite(target: ConformanceTarget): void {
  suiteOn(target, 'notes', (storage) => {
    test('a note reads back, is replaced, and goes', async () => {
      const name = unique('note')
      const text = 'one line\nand 漢字 🔑'
      assert.equal(await storage().notes.find(name), undefined)
      await write(storage(), { kind: 'note.put', name, text: 'before' })
      await write(storage(), { kind: 'note.put', name, text })
      assert.equal(await storage().notes.find(name), text)
      await write(storage(), { kind: 'note.delete', name })
      await write(storage(), { kind: 'note.delete', name })
      assert.equal(await storage().notes.find(name), undefined)
    })
  })

  describe(`${target.name}: copies`, () => {
    test('every field of every kind of row comes over, filled or empty', async () => {
      await using from = await opened(target)
      const rows = [...filledRows(), ...bareRows()]
      await insert(from.storage, rows)
      const copied = await allRows(from.storage)
      assert.deepEqual(sorted(copied), sorted(rows))
      await from.storage.erase()
      await insert(from.storage, copied)
      assert.deepEqual(sorted(await allRows(from.storage)), sorted(rows))
    })

    test('slices of any size give each row once, in an order that stays', async () => {
      await using from = await opened(target)
      const others = [...filledRows(), ...bareRows()].filter(({ kind }) => kind !== 'auditEnd')
      const rows = [...filledRows(), ...bareRows(), ...others] // the chain has two ends only
      await insert(from.storage, rows)
      const whole = await allRows(from.storage)
      assert.equal(whole.length, rows.length)
      for (const limit of [1, 3]) assert.deepEqual(await allRows(from.storage, limit), whole)
    })

    test('a snapshot sees nothing of what comes after it', async () => {
      await using from = await opened(target)
      const [first, second] = [aToken(), aToken()]
      await write(from.storage, { kind: 'token.insert', token: first })
      const snapshot = await from.storage.snapshot()
      try {
        await write(
          from.storage,
          { kind: 'token.insert', token: second },
          { kind: 'token.revoke', id: first.id, at: NOW },
        )
        assert.deepEqual(await snapshot.rows('token', { limit: 10 }), [first])
        assert.deepEqual(await snapshot.rows('token', { limit: 10, after: first.id }), [])
      } finally {
        await snapshot.close()
      }
      assert.equal((await allRows(from.storage)).length, 2)
    })

    test('codes and tokens of a deleted client are not copied', async () => {
      await using from = await opened(target)
      const client = aClient()
      const other = aToken()
      await write(
        from.storage,
        { kind: 'client.insert', client },
        { kind: 'token.insert', token: aToken({ clientId: client.id }) },
        { kind: 'code.insert', code: aCode({ clientId: client.id }) },
      )
      await write(from.storage, { kind: 'client.delete', clientId: client.id })
      await write(from.storage, { kind: 'token.insert', token: other })
      assert.deepEqual(await allRows(from.storage), [{ kind: 'token', row: other }])
    })

    test('events that wait for a place have in a copy the one that they get', async () => {
      await using from = await opened(target)
      const { storage } = from
      const append = () => ({ kind: 'outbox.append', event: anEvent() }) as const
      await write(storage, append(), append())
      await storage.outbox.read(0, 1) // places are given when somebody reads
      await write(storage, append(), append(), append())
      const whole = await rowsOfKind(storage, 'event', 1_000)
      for (const limit of [1, 2]) assert.deepEqual(await rowsOfKind(storage, 'event', limit), whole)
      const entries = await storage.outbox.read(0, 100)
      assert.equal(entries.length, 5)
      assert.deepEqual(
        whole.map(({ row }) => row),
        entries,
      )
    })

    test('new events come after those of a copy, and after what its sinks have had', async () => {
      await using to = await opened(target)
      const { storage } = to
      const entry = { ...anEvent(), seq: 40 }
      await insert(storage, [{ kind: 'event', row: entry }])
      await write(storage, { kind: 'outbox.append', event: anEvent() })
      const [first, second] = await storage.outbox.read(0, 10)
      assert.deepEqual(first, entry)
      assert.ok((second?.seq ?? 0) > 40)
      await insert(storage, [{ kind: 'sink', row: { name: unique('sink'), cursor: 70 } }])
      assert.ok((await storage.outbox.end()) >= 70)
      await write(storage, { kind: 'outbox.append', event: anEvent() })
      assert.equal((await storage.outbox.read(70, 10)).length, 1)
    })

    test('erasing leaves nothing but notes, tells caches, and the storage goes on', async () => {
      await using from = await opened(target)
      const { storage } = from
      await insert(storage, filledRows())
      await write(storage, { kind: 'note.put', name: 'n', text: 't' })
      const before = await storage.versions()
      await storage.erase()
      assert.deepEqual(await allRows(storage), [])
      assert.equal(await storage.notes.find('n'), 't')
      const after = await storage.versions()
      assert.ok(after.clients > before.clients && after.keys > before.keys)
      await insert(storage, filledRows())
      assert.equal((await allRows(storage)).length, ROW_KINDS.length)
    })
  })
}

async function opened(target: ConformanceTarget) {
  const storage = await target.open()
  return { storage, [Symbol.asyncDispose]: () => storage.close() }
}

async function insert(storage: Storage, rows: readonly StoredRow[]): Promise<void> {
  await write(storage, ...rows.map(insertionOf))
}

async function allRows(storage: Storage, limit = 1_000): Promise<StoredRow[]> {
  const snapshot = await storage.snapshot()
  try {
    const found: StoredRow[] = []
    for (const kind of ROW_KINDS) found.push(...(await rowsIn(snapshot, kind, limit)))
    return found
  } finally {
    await snapshot.close()
  }
}

async function rowsOfKind(storage: Storage, kind: RowKind, limit: number): Promise<StoredRow[]> {
  const snapshot = await storage.snapshot()
  try {
    return await rowsIn(snapshot, kind, limit)
  } finally {
    await snapshot.close()
  }
}

async function rowsIn(snapshot: Snapshot, kind: RowKind, limit: number): Promise<StoredRow[]> {
  const found: StoredRow[] = []
  for (;;) {
    const last = found.at(-1)
    const slice = { limit, ...(last !== undefined && { after: rowKey(last) }) }
    const rows: readonly StoredRows[RowKind][] = await snapshot.rows(kind, slice)
    found.push(...rows.map((row) => ({ kind, row }) as StoredRow)) // rows of this very kind
    if (rows.length < limit) return found
  }
}

const sorted = (rows: readonly StoredRow[]) =>
  rows.toSorted((a, b) => (`${a.kind} ${rowKey(a)}` < `${b.kind} ${rowKey(b)}` ? -1 : 1))
