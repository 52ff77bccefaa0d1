import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StorageError } from '@grantd/domain'
import { type OpenedStorage, openStorage } from '@grantd/storage'
import { guardStorage } from './guard-storage.ts'
import { StorageCircuit } from './storage-circuit.ts'

/** A database that can hang, fail, or have one slow statement. */
class Database {
  isGone = false
  isFailing = false
  pings = 0
  readonly storage: OpenedStorage
  readonly circuit: StorageCircuit
  readonly slow = Promise.withResolvers<void>()
  readonly said: string[] = []
  #back = Promise.withResolvers<void>()

  constructor(inner: OpenedStorage) {
    const ask = async <Value>(real: () => Promise<Value>): Promise<Value> => {
      if (this.isGone) await this.#back.promise
      if (this.isFailing) throw new StorageError('unavailable', { message: 'a bad value' })
      return real()
    }
    const broken: OpenedStorage = {
      ...inner,
      notes: { find: (name) => ask(() => inner.notes.find(name)) },
      keys: { list: () => this.slow.promise.then(() => inner.keys.list()) },
      commit: (changes) => ask(() => inner.commit(changes)),
      ping: async () => {
        this.pings++
        if (this.isGone) await this.#back.promise
      },
    }
    this.circuit = new StorageCircuit(broken, {
      failureThreshold: 5,
      successThreshold: 2,
      log: { warn: (_fields, text) => void this.said.push(text) },
    })
    this.storage = guardStorage(broken, this.circuit)
  }

  back(): void {
    this.isGone = false
    this.#back.resolve()
    this.#back = Promise.withResolvers()
  }
}

async function withDatabase(use: (database: Database) => Promise<void>): Promise<void> {
  const inner = await openStorage('memory:')
  const database = new Database(inner)
  // The circuit's own timers keep no process alive.
  const awake = setInterval(() => undefined, 1_000)
  try {
    await use(database)
  } finally {
    clearInterval(awake)
    await database.storage.close()
  }
}

const kindOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof StorageError ? error.kind : String(error)),
  )

async function untilClosed({ circuit, storage }: Database): Promise<void> {
  while (circuit.isOpen) await new Promise((resolve) => setTimeout(resolve, 20))
  await storage.ping()
}

describe('the circuit of the database', () => {
  test('hangs: reads are unavailable and writes unknown, soon; then nothing is asked until it answers', () =>
    withDatabase(async (database) => {
      database.isGone = true
      const startedAt = performance.now()
      const asked = [database.storage.notes.find('x'), database.storage.commit([])]
      assert.deepEqual(await Promise.all(asked.map(kindOf)), ['unavailable', 'unknown'])
      assert.ok(performance.now() - startedAt < 3_000)
      assert.equal(database.circuit.breaker.state === 'closed', false)
      assert.equal(await kindOf(database.storage.notes.find('x')), 'unavailable')
      assert.equal(await kindOf(database.storage.ping()), 'unavailable')
      assert.ok(database.pings <= 2, 'a database that hangs is not pinged again and again')
      database.back()
      await untilClosed(database)
      assert.equal(await kindOf(database.storage.commit([])), 'done')
      assert.equal(database.circuit.breaker.trips, 1)
      assert.deepEqual(database.said, [
        'the database does not answer; requests that need it are refused',
        'the database answers again',
      ])
    }))

  test('one slow statement is waited for while pings are answered', () =>
    withDatabase(async (database) => {
      const slow = database.storage.keys.list()
      while (database.pings < 2) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal(database.circuit.isOpen, false)
      database.slow.resolve()
      assert.deepEqual(await slow, [])
    }))

  test('an answer that comes after its "no" lets nobody down who asked since', () =>
    withDatabase(async (database) => {
      database.isGone = true
      const late = kindOf(database.storage.keys.list())
      assert.equal(await kindOf(database.storage.notes.find('x')), 'unavailable')
      assert.equal(await late, 'unavailable')
      database.back()
      await untilClosed(database)
      database.isGone = true
      const since = kindOf(database.storage.notes.find('x'))
      database.slow.resolve()
      assert.equal(await since, 'unavailable')
    }))

  test('what fails again and again while pings are answered shuts nobody else out', () =>
    withDatabase(async (database) => {
      database.isFailing = true
      for (let n = 0; n < 12; n++) await kindOf(database.storage.notes.find('bad'))
      assert.ok(database.pings >= 2, 'each five of them raise suspicion')
      database.isFailing = false
      assert.equal(await kindOf(database.storage.notes.find('good')), 'done')
      assert.equal(database.circuit.breaker.trips, 0)
    }))

  test('every question of the port goes through it', async () => {
    const inner = await openStorage('memory:')
    const asked: boolean[] = []
    const storage = guardStorage(inner, {
      run: (isCommit, ask) => {
        asked.push(isCommit)
        return ask()
      },
      ping: async () => undefined,
      stop: () => undefined,
    })
    const past = [
      'count',
      'statistics',
      'snapshot',
      'erase',
      'purgeExpired',
      'countExpired',
      'ping',
      'close',
    ]
    for (const [name, part] of Object.entries(inner)) {
      const guarded: unknown = storage[name as keyof OpenedStorage] // has the same members
      if (name === 'migrations' || past.includes(name)) continue
      if (typeof part === 'function') {
        assert.notEqual(guarded, part, `${name}: guard it, or name it among those that go past`)
        continue
      }
      assert.deepEqual(Object.keys(guarded as object), Object.keys(part), name)
      for (const question of Object.keys(part))
        assert.notEqual((guarded as Record<string, unknown>)[question], part[question], name)
    }
    await storage.commit([])
    await storage.versions()
    await storage.clients.list({ limit: 1 })
    assert.deepEqual(asked, [true, false, false])
  })
})
