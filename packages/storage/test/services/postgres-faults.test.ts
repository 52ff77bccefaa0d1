import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change, StorageError } from '@grantd/domain'
import { FaultyProxy } from '@grantd/testkit/faulty-proxy'
import { freshDatabase, sql } from '@grantd/testkit/postgres'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { aCode, aToken, NOW } from '../../src/conformance/samples.ts'
import { type OpenedStorage, openStorage } from '../../src/index.ts'

const insert = () => ({ kind: 'token.insert', token: aToken() }) as const
const OPTIONS = { acquireTimeoutMs: 5_000 }

/** A database, a proxy before it, and a storage that goes through the proxy. */
async function behindProxy(settings = '') {
  const database = await freshDatabase()
  const proxy = await FaultyProxy.to(database.url)
  const storage = await openStorage(`${proxy.through(database.url)}${settings}`, OPTIONS)
  return {
    url: database.url,
    faults: proxy.faults,
    proxy,
    storage,
    [Symbol.asyncDispose]: async () => {
      for (const fault of Object.keys(proxy.faults)) Reflect.deleteProperty(proxy.faults, fault)
      await storage.close()
      await proxy[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: StorageError) => error.kind,
  )

async function isStored(url: string, change: ReturnType<typeof insert>): Promise<boolean> {
  const id = Buffer.from(change.token.id, 'base64url').toString('hex')
  return (await sql(url, `SELECT 1 FROM tokens WHERE id = '\\x${id}'`)).length === 1
}

/** The statement itself, not the isolation level of that name in BEGIN. */
const isCommit = (bytes: Buffer) => bytes.includes('COMMIT\0')

/** A unit that needs two trips: its guard is judged before COMMIT is sent. */
async function redemption(storage: OpenedStorage): Promise<readonly Change[]> {
  const code = aCode()
  await storage.commit([{ kind: 'code.insert', code }])
  return [{ kind: 'code.consume', id: code.id, at: NOW }, insert()]
}

describe('PostgreSQL behind a faulty network', () => {
  test('a connection cut before COMMIT arrives: the outcome is unknown, and in truth nothing was written', async () => {
    await using world = await behindProxy()
    const unit = await redemption(world.storage)
    let cuts = 0
    world.faults.onRequest = (bytes) => (isCommit(bytes) && cuts++ === 0 ? 'cut-before' : 'pass')
    // Nobody told the storage on which side of the server the cut was.
    assert.equal(await kindOf(world.storage.commit(unit)), 'unknown')
    delete world.faults.onRequest
    assert.deepEqual(await world.storage.commit(unit), { outcome: 'committed' })
  })

  test('cut before the guards are judged, it is repeated and nobody notices', async () => {
    await using world = await behindProxy()
    const unit = await redemption(world.storage)
    let cuts = 0
    world.faults.onRequest = (bytes) =>
      bytes.includes('BEGIN') && cuts++ === 0 ? 'cut-before' : 'pass'
    assert.deepEqual(await world.storage.commit(unit), { outcome: 'committed' })
    assert.equal(cuts, 2)
    assert.deepEqual(await world.storage.commit(unit), { outcome: 'refused', index: 0 })
  })

  test('cut after COMMIT has arrived, the outcome is unknown, and in truth it was written', async () => {
    await using world = await behindProxy()
    const unit = await redemption(world.storage)
    world.faults.onRequest = (bytes) => (isCommit(bytes) ? 'cut-after' : 'pass')
    assert.equal(await kindOf(world.storage.commit(unit)), 'unknown')
    delete world.faults.onRequest
    assert.deepEqual(await world.storage.commit(unit), { outcome: 'refused', index: 0 })
  })

  test('a single insert that is cut off is unknown too, and others are not dragged along', async () => {
    await using world = await behindProxy()
    const change = insert()
    world.faults.onRequest = (bytes) => (bytes.includes('insert into') ? 'cut-after' : 'pass')
    assert.equal(await kindOf(world.storage.commit([change])), 'unknown')
    delete world.faults.onRequest
    assert.ok(await isStored(world.url, change))
    assert.deepEqual(await world.storage.commit([insert()]), { outcome: 'committed' })
  })

  test('reads are sent again when their connection breaks', async () => {
    await using world = await behindProxy()
    const change = insert()
    await world.storage.commit([change])
    let cuts = 0
    world.faults.onRequest = (bytes) =>
      bytes.includes('from "tokens"') && cuts++ === 0 ? 'cut-before' : 'pass'
    assert.ok(await world.storage.tokens.find(change.token.id))
    assert.equal(cuts, 2)
  })

  test('refused and cut: unavailable after the patience, then all works again', async () => {
    await using world = await behindProxy()
    world.faults.refuse = true
    world.proxy.cutAll()
    const change = insert()
    await kindOf(world.storage.commit([insert()])) // finds out that the connection is gone
    const [write, read, ping] = await Promise.all([
      kindOf(world.storage.commit([change])),
      kindOf(world.storage.tokens.find(change.token.id)),
      kindOf(world.storage.ping()),
    ])
    assert.deepEqual([write, read, ping], ['unavailable', 'unavailable', 'unavailable'])
    delete world.faults.refuse
    assert.deepEqual(await world.storage.commit([change]), { outcome: 'committed' })
    assert.ok(await world.storage.tokens.find(change.token.id))
    await world.storage.ping()
  })

  test('a network that hangs: answers within the timeouts, and none of them wrong', async () => {
    await using world = await behindProxy('?statement_timeout=500')
    const written = insert()
    await world.storage.commit([written])
    const change = insert()
    world.faults.hang = true
    const startedAt = performance.now()
    const [write, read] = await Promise.all([
      kindOf(world.storage.commit([change])),
      kindOf(world.storage.tokens.find(written.token.id)),
    ])
    assert.equal(write, 'unknown')
    assert.equal(read, 'unavailable')
    assert.ok(performance.now() - startedAt < 15_000)
    delete world.faults.hang
    world.proxy.cutAll()
    assert.deepEqual(await world.storage.commit([insert()]), { outcome: 'committed' })
    assert.equal(await isStored(world.url, change), false)
  })

  test('latency changes nothing but the time', async () => {
    await using world = await behindProxy()
    world.faults.latencyMs = 20
    const changes = Array.from({ length: 50 }, insert)
    await Promise.all(changes.map((change) => world.storage.commit([change])))
    const found = await Promise.all(changes.map(({ token }) => world.storage.tokens.find(token.id)))
    assert.ok(found.every((status) => status !== undefined))
  })

  test('cuts at random under load: what was acknowledged is stored, what was refused is not', async () => {
    await using world = await behindProxy()
    let packets = 0
    world.faults.onRequest = () => {
      packets++
      if (packets % 23 === 0) return 'cut-before'
      return packets % 31 === 0 ? 'cut-after' : 'pass'
    }
    const tally = { done: 0, unknown: 0 }
    const loop = async () => {
      for (let n = 0; n < 40; n++) {
        const change = insert()
        const kind = await kindOf(world.storage.commit([change]))
        if (kind === 'done') {
          tally.done++
          assert.ok(await isStored(world.url, change))
        } else if (kind === 'unknown') tally.unknown++
        else assert.equal(await isStored(world.url, change), false)
      }
    }
    await Promise.all(Array.from({ length: 6 }, loop))
    assert.ok(tally.done > 50 && tally.unknown > 0, JSON.stringify(tally))
  })
})

describe('a PostgreSQL server that dies', () => {
  test('kill -9 under load and restart: nothing acknowledged is lost, service returns', async () => {
    using server = await PrivateServer.start()
    const storage = await openStorage(server.url, { acquireTimeoutMs: 20_000 })
    const acknowledged: ReturnType<typeof insert>[] = []
    let isOver = false
    const loop = async () => {
      while (!isOver) {
        const change = insert()
        if ((await kindOf(storage.commit([change]))) === 'done') acknowledged.push(change)
      }
    }
    const loops = Array.from({ length: 16 }, loop)
    try {
      for (let round = 0; round < 3; round++) {
        const before = acknowledged.length
        await until(() => acknowledged.length > before + 200)
        server.kill()
        await server.start()
      }
      const last = acknowledged.length
      await until(() => acknowledged.length > last)
    } finally {
      isOver = true
      await Promise.all(loops)
    }
    for (const { token } of acknowledged) assert.ok(await storage.tokens.find(token.id))
    await storage.close()
  })

  test('a server with fsync off is refused, with the reason', async () => {
    using server = await PrivateServer.start('-c fsync=off')
    await assert.rejects(openStorage(server.url, OPTIONS), {
      name: 'StorageError',
      message: /fsync is off/,
    })
  })

  test('a server that is not there is named without its password', async () => {
    const url = 'postgresql://grantd:hunter2@127.0.0.1:9/grantd'
    await assert.rejects(openStorage(url, { acquireTimeoutMs: 100 }), (error: Error) => {
      assert.match(error.message, /127\.0\.0\.1:9\/grantd: .*ECONNREFUSED/)
      assert.doesNotMatch(JSON.stringify([error.message, error.stack]), /hunter2/)
      return true
    })
  })
})

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited a minute in vain')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
