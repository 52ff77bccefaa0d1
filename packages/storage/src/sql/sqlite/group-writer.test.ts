import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { GroupWriter, startWriter } from './group-writer.ts'
import type { WriterData } from './protocol.ts'
import { temporaryFolder } from './testing.ts'

const OPTIONS = {
  batchMax: 10,
  queueMax: 100,
  restart: () => Promise.reject(new Error('not in this test')),
}

function writerData(path: string): WriterData {
  const database = new DatabaseSync(path)
  database.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT')
  database.close()
  const statement = (sql: string, guard: 'none' | 'changes' | 'exists', arity: number) => ({
    sql,
    guard,
    arity,
    bytes: [],
  })
  return {
    location: { path, mode: 'rwc' },
    busyTimeoutMs: 100,
    statements: [
      statement('INSERT INTO notes (id, note) VALUES (?, ?)', 'none', 2),
      statement('UPDATE notes SET note = ? WHERE id = ?', 'changes', 2),
      statement('SELECT 1 FROM notes WHERE id = ?', 'exists', 1),
    ],
  }
}

function notes(path: string): unknown[] {
  using database = new DatabaseSync(path, { readOnly: true })
  return database
    .prepare('SELECT id, note FROM notes ORDER BY id')
    .all()
    .map((row) => `${row.id} ${row.note}`)
}

describe('the writer thread', () => {
  test('commits to a write-ahead log with an fsync each (synchronous=FULL)', async () => {
    using folder = temporaryFolder()
    const { worker, ready } = await startWriter(writerData(folder.path('a.db')))
    assert.deepEqual(ready, { type: 'ready', journalMode: 'wal', synchronous: 2 })
    await new GroupWriter(worker, OPTIONS).close()
  })

  test('answers each unit of a batch for itself', async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    const { worker } = await startWriter(writerData(path))
    const writer = new GroupWriter(worker, OPTIONS)
    const results = await Promise.allSettled([
      writer.submit([0, 1, 'one']),
      writer.submit([0, 2, 'two', 1, 'lost', 99]),
      writer.submit([0, 3, 'three', 0, 1, 'twin']),
      writer.submit([0, 4, 'four', 2, 99]),
      writer.submit([0, 5, null]),
      writer.submit([2, 1, 0, 6, 'six', 1, 'changed', 1]),
    ])
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.kind)),
      [1, -2, 'conflict', -2, 'unavailable', 3],
    )
    assert.deepEqual(notes(path), ['1 changed', '6 six'])
    assert.deepEqual(writer.statistics(), { units: 6, batches: 1 })
    await writer.close()
  })

  test('a lock that another process holds makes the whole batch unavailable, not the next', async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    const { worker } = await startWriter(writerData(path))
    const writer = new GroupWriter(worker, OPTIONS)
    using other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const batch = [writer.submit([0, 1, 'one']), writer.submit([0, 2, 'two'])]
    for (const result of await Promise.allSettled(batch)) {
      assert.ok(result.status === 'rejected' && result.reason.kind === 'unavailable')
    }
    other.exec('ROLLBACK')
    assert.equal(await writer.submit([0, 3, 'three']), 1)
    await writer.close()
    assert.deepEqual(notes(path), ['3 three'])
  })

  test('a full database makes the batch unavailable and writes nothing of it', async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    const data = writerData(path)
    const limit = {
      sql: 'PRAGMA max_page_count = 3',
      guard: 'exists',
      arity: 0,
      bytes: [],
    } as const
    const { worker } = await startWriter({ ...data, statements: [...data.statements, limit] })
    const writer = new GroupWriter(worker, OPTIONS)
    await writer.submit([0, 1, 'small'])
    await writer.submit([3])
    const batch = [writer.submit([0, 2, 'small']), writer.submit([0, 3, 'x'.repeat(100_000)])]
    for (const result of await Promise.allSettled(batch)) {
      assert.ok(result.status === 'rejected' && result.reason.kind === 'unavailable')
    }
    assert.equal(await writer.submit([0, 4, 'small']), 1)
    await writer.close()
    assert.deepEqual(notes(path), ['1 small', '4 small'])
  })

  test('its end leaves what was sent unknown, what waited unavailable, and another takes over', async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    const data = writerData(path)
    const { worker } = await startWriter(data)
    const events: string[] = []
    const isBack = Promise.withResolvers<void>()
    let starts = 0
    const writer = new GroupWriter(worker, {
      batchMax: 1,
      queueMax: 100,
      restart: async () => {
        if (++starts === 1) throw new Error('not yet')
        return (await startWriter(data)).worker
      },
      onWriter: (event) => {
        events.push(event.type)
        if (event.type === 'restarted') isBack.resolve()
      },
    })
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE') // keeps the first unit in flight
    const settled = Promise.allSettled([writer.submit([0, 1, 'one']), writer.submit([0, 2, 'two'])])
    await setImmediate()
    worker.terminate()
    const kinds = (await settled).map(
      (result) => result.status === 'rejected' && result.reason.kind,
    )
    assert.deepEqual(kinds, ['unknown', 'unavailable'])
    assert.equal(writer.isAlive, false)
    await assert.rejects(writer.submit([0, 3, 'three']), { kind: 'unavailable' })
    other.close()
    await isBack.promise
    assert.deepEqual(events, ['ended', 'restart failed', 'restarted'])
    assert.equal(await writer.submit([0, 4, 'four']), 1)
    await writer.close()
    assert.deepEqual(notes(path), ['4 four'])
  })

  test('closed while it is started anew, it stays closed and leaves no thread', async () => {
    using folder = temporaryFolder()
    const data = writerData(folder.path('a.db'))
    const { worker } = await startWriter(data)
    const isAsked = Promise.withResolvers<void>()
    const mayStart = Promise.withResolvers<void>()
    let second: Worker | undefined
    const writer = new GroupWriter(worker, {
      ...OPTIONS,
      restart: async () => {
        isAsked.resolve()
        await mayStart.promise
        second = (await startWriter(data)).worker
        return second
      },
    })
    await worker.terminate()
    await isAsked.promise
    const closed = writer.close()
    mayStart.resolve()
    await closed
    assert.equal(second?.threadId, -1, 'the second thread has ended')
    await assert.rejects(writer.submit([0, 1, 'one']), { kind: 'unavailable' })
  })

  test('a writer that cannot start says why', async () => {
    using folder = temporaryFolder()
    const data = writerData(folder.path('a.db'))
    const broken = {
      sql: 'SELECT 1 FROM nowhere',
      guard: 'none',
      arity: 0,
      bytes: [],
    } as const
    await assert.rejects(startWriter({ ...data, statements: [broken] }), /no such table/)
  })
})
