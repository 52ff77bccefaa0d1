import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { SharedCache } from '@grantd/domain'
import { PrivateRedis } from '@grantd/testkit/redis'
import type { RedisEvent } from '../../src/redis/kept-link.ts'
import { openRedisCache } from '../../src/redis/redis-cache.ts'

const CHANNEL = 'test'
const NOTHING = Buffer.from('a value')

/** A cache whose events and announcements can be awaited. */
class Process {
  readonly cache: SharedCache
  readonly events: RedisEvent['type'][] = []
  readonly said = new EventEmitter()
  isOpen = false

  private constructor(cache: SharedCache, said: EventEmitter, events: RedisEvent['type'][]) {
    this.cache = cache
    this.said = said
    this.events = events
    cache.listen({
      opened: () => {
        this.isOpen = true
      },
      closed: () => {
        this.isOpen = false
        said.emit('closed')
      },
      announced: (tags) => said.emit('announced', tags),
    })
  }

  static async start(url: string, channel = CHANNEL): Promise<Process> {
    const said = new EventEmitter()
    const events: RedisEvent['type'][] = []
    const onEvent = ({ type }: RedisEvent) => {
      events.push(type)
      said.emit(type)
    }
    return new Process(await openRedisCache({ url, channel, onEvent }), said, events)
  }

  deadline(life: number): number {
    const now = this.cache.now()
    assert.ok(now !== undefined, 'the clock of Redis is known')
    return now + life
  }

  /** Resolves when the clock of Redis is known, which the first pulse tells. */
  async ready(): Promise<this> {
    while (this.cache.now() === undefined) await delay(5)
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cache.close()
  }
}

async function kept(cache: SharedCache, name: string): Promise<boolean> {
  return (await cache.get(name)) !== undefined
}

async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Whether an answer is there before anything else happens: no timer, no network. */
function isAtOnce(answer: Promise<unknown>): Promise<boolean> {
  const nextTurn = new Promise<false>((done) => setImmediate(() => done(false)))
  return Promise.race([answer.then(() => true), nextTurn])
}

describe('the cache on Redis', () => {
  test('what one process puts there another gets, until its deadline', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await (await Process.start(redis.url)).ready()
    await using b = await Process.start(redis.url)
    a.cache.put('one', NOTHING, a.deadline(60_000))
    a.cache.put('late', NOTHING, a.deadline(-1))
    assert.ok(await kept(a.cache, 'one'))
    assert.deepEqual(Buffer.from((await b.cache.get('one')) ?? []), NOTHING)
    assert.equal(await kept(a.cache, 'late'), false)
    assert.equal(await kept(a.cache, 'other'), false)
  })

  test('announcements reach the other processes of the deployment, and nobody else', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    await using b = await Process.start(redis.url)
    await using stranger = await Process.start(redis.url, 'another')
    const others: unknown[] = []
    for (const other of [a, stranger]) other.said.on('announced', (tags) => others.push(tags))
    const tags = Array.from({ length: 1_500 }, (_, index) => `tag${index}`)
    const heard: string[] = []
    const all = Promise.withResolvers<void>()
    b.said.on('announced', (some: string[]) => {
      heard.push(...some)
      if (heard.length >= tags.length) all.resolve()
    })
    a.cache.announce(tags)
    await all.promise
    assert.deepEqual([heard, others], [tags, []])
  })

  test('closing says what was announced before it', async () => {
    await using redis = await PrivateRedis.start()
    await using b = await Process.start(redis.url)
    const a = await Process.start(redis.url)
    const heard = once(b.said, 'announced')
    a.cache.announce(['words'])
    await a.cache.close()
    assert.deepEqual(await heard, [['words']])
  })

  test('a kill is noticed at once, told once, and over when Redis is back', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await (await Process.start(redis.url)).ready()
    const lost = once(a.said, 'lost')
    await redis.kill()
    await lost
    assert.equal(a.isOpen, false)
    assert.ok(await isAtOnce(a.cache.get('one')), 'nobody waits for it')
    a.cache.announce(['nobody hears'])
    a.cache.put('one', NOTHING, a.deadline(1_000))
    const back = once(a.said, 'back')
    await redis.start()
    await back
    assert.equal(a.isOpen, true)
    a.cache.put('one', NOTHING, a.deadline(60_000))
    assert.ok(await kept(a.cache, 'one'))
    assert.deepEqual(a.events, ['lost', 'back'])
  })

  test('a hung Redis costs one short wait; what waits in it meanwhile is not kept too long', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await (await Process.start(redis.url)).ready()
    const lost = once(a.said, 'lost')
    await redis.hang()
    a.cache.put('stale', NOTHING, a.deadline(200))
    // Beside a timer of the same length, which a busy machine delays as much.
    const [first, timer] = await Promise.all([
      tookMs(() => a.cache.get('one')),
      tookMs(() => delay(45)),
    ])
    assert.ok(first >= 45 && first < timer + 500, `the first read waited ${first} ms`)
    for (let reads = 0; reads < 100; reads++) {
      assert.ok(await isAtOnce(a.cache.get('one')), `read ${reads} waited`)
    }
    await lost
    assert.equal(a.isOpen, false, 'nothing remembered is used')
    const back = once(a.said, 'back')
    redis.resume()
    await back
    assert.equal(await kept(a.cache, 'stale'), false)
    assert.deepEqual(a.events, ['lost', 'back'])
  })

  test('a Redis that hangs for long is connected to anew', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    await using other = await Process.start(redis.url)
    await redis.hang()
    await once(a.said, 'lost')
    await delay(3_000) // past the moment at which the connections are given up
    const back = Promise.all([once(a.said, 'back'), once(other.said, 'back')])
    redis.resume()
    await back
    const heard = once(other.said, 'announced')
    a.cache.announce(['again'])
    assert.deepEqual(await heard, [['again']])
  })

  test('a password that becomes wrong is an outage, not a fault', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    const lost = once(a.said, 'lost')
    await redis.kill()
    await lost
    await redis.start(['--requirepass', 'changed'])
    await delay(500)
    assert.equal(await a.cache.get('one'), undefined)
    assert.deepEqual(a.events, ['lost'])
    const back = once(a.said, 'back')
    await redis.kill()
    await redis.start([])
    await back
    assert.deepEqual(a.events, ['lost', 'back'])
  })

  test('a full Redis that keeps nothing is told once, and the process goes on listening', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await (await Process.start(redis.url)).ready()
    await redis.command('CONFIG SET maxmemory 1')
    const refuses = once(a.said, 'refuses')
    a.cache.put('one', NOTHING, a.deadline(60_000))
    await refuses
    a.cache.put('two', NOTHING, a.deadline(60_000))
    assert.equal(await kept(a.cache, 'one'), false)
    assert.deepEqual([a.isOpen, a.events], [true, ['refuses']])
  })
})

describe('a Redis that cannot be used is refused with its reason', () => {
  const refusal = (url: string) =>
    openRedisCache({ url, channel: CHANNEL, connectTimeoutMs: 1_000 })

  test('nobody listens', async () => {
    const redis = await PrivateRedis.start()
    await redis[Symbol.asyncDispose]()
    await assert.rejects(refusal(redis.url), /ECONNREFUSED/)
  })

  test('it wants a password, or another one', async () => {
    await using redis = await PrivateRedis.start(['--requirepass', 'right'])
    await assert.rejects(refusal(redis.url), /NOAUTH/)
    await assert.rejects(refusal(redis.url.replace('//', '//:wrong@')), /WRONGPASS/)
    const cache = await refusal(redis.url.replace('//', '//:right@'))
    await cache.close()
  })

  test('its user may not do what is needed; the user of the guide may', async () => {
    await using redis = await PrivateRedis.start()
    await redis.command(
      'ACL SETUSER reader on >secret ~grantd:* &grantd:* +get +subscribe +publish',
    )
    await assert.rejects(refusal(redis.url.replace('//', '//reader:secret@')), /NOPERM/)
    await redis.command(
      'ACL SETUSER grantd on >secret ~grantd:* &grantd:* +get +set +publish +subscribe +time',
    )
    const cache = await refusal(redis.url.replace('//', '//grantd:secret@'))
    await cache.close()
  })

  test('it accepts the connection and says nothing', async () => {
    await using redis = await PrivateRedis.start()
    await redis.hang()
    await assert.rejects(refusal(redis.url), /no answer within 1000 ms/)
    redis.resume()
  })
})
