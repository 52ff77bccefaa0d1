import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { SharedBuckets, SharedVerdict } from '@grantd/domain'
import { PrivateRedis } from '@grantd/testkit/redis'
import { bucketsInRedis, bucketsProblem, type RedisOutcome } from '../../src/index.ts'
import type { RedisEvent } from '../../src/redis/kept-link.ts'

const HOUR = 3_600_000
const WAIT_MS = 10_000

/** Buckets whose events can be awaited. */
class Process {
  readonly buckets: SharedBuckets
  readonly said: EventEmitter
  readonly events: RedisEvent['type'][]
  readonly outcomes: RedisOutcome[]

  private constructor(parts: Pick<Process, 'buckets' | 'said' | 'events' | 'outcomes'>) {
    this.buckets = parts.buckets
    this.said = parts.said
    this.events = parts.events
    this.outcomes = parts.outcomes
  }

  static async start(url: string, answerTimeoutMs = WAIT_MS): Promise<Process> {
    const said = new EventEmitter()
    const events: RedisEvent['type'][] = []
    const outcomes: RedisOutcome[] = []
    const buckets = await bucketsInRedis({
      url,
      answerTimeoutMs,
      onEvent: ({ type }) => {
        events.push(type)
        said.emit(type)
      },
      onAsked: (outcome) => outcomes.push(outcome),
    })
    return new Process({ buckets, said, events, outcomes })
  }

  async take(key: string, capacity = 10, windowMs = HOUR): Promise<SharedVerdict | undefined> {
    return this.buckets.take({ key, capacity, windowMs })
  }

  /** Resolves when it was said, now or later. */
  async heard(type: RedisEvent['type'], count = 1): Promise<void> {
    while (this.events.filter((one) => one === type).length < count) {
      await once(this.said, type, { signal: AbortSignal.timeout(WAIT_MS) })
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.buckets.close()
  }
}

const passed = (verdicts: readonly (SharedVerdict | undefined)[]): number =>
  verdicts.filter((verdict) => verdict?.isAllowed === true).length

describe('buckets in Redis', () => {
  test('two connections take of one bucket: of 200 at once exactly 10 pass', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    await using b = await Process.start(redis.url)
    const asked = Array.from({ length: 100 }, () => [a.take('race'), b.take('race')]).flat()
    assert.equal(passed(await Promise.all(asked)), 10)
    assert.equal(passed([await a.take('another')]), 1)
    assert.equal(new Set(a.outcomes).size, 1)
  })

  test('says what is left, when the next may come, and when it is full', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    const first = await a.take('one', 2, HOUR)
    assert.deepEqual(first, {
      isAllowed: true,
      limit: 2,
      remaining: 1,
      retryAfterMs: 0,
      resetMs: HOUR / 2,
    })
    await a.take('one', 2, HOUR)
    const refused = await a.take('one', 2, HOUR)
    assert.equal(refused?.isAllowed, false)
    assert.equal(refused?.remaining, 0)
    assert.ok((refused?.retryAfterMs ?? 0) > HOUR / 2 - WAIT_MS)
    assert.ok((refused?.retryAfterMs ?? 0) <= HOUR / 2)
  })

  test('refills by the clock of Redis, and forgets what is full again', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    const windowMs = 200
    const refused = await a.take('short', 1, windowMs)
    assert.equal(refused?.isAllowed, true)
    while (!(await a.take('short', 1, windowMs))?.isAllowed) await delay(5)
    const time = Number(/:(-?\d+)/.exec(await redis.command('PTTL ratelimit:short'))?.[1])
    assert.ok(time <= windowMs, `it is kept for ${time} ms`)
  })

  test('large numbers stay exact', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    const [capacity, windowMs] = [10_000_000, 86_400_000]
    const verdict = await a.take('large', capacity, windowMs)
    assert.equal(verdict?.remaining, capacity - 1)
  })

  test('a Redis that forgot its scripts is told them again, and each attempt counts once', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    await redis.command('SCRIPT FLUSH')
    assert.equal(passed(await Promise.all(Array.from({ length: 30 }, () => a.take('flushed')))), 10)
    assert.deepEqual(a.events, [])
  })

  test('what somebody else put under a name is no verdict and no fault', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    await redis.command('SET ratelimit:text hello')
    assert.equal((await a.take('text'))?.remaining, 9)
    await redis.command('LPUSH ratelimit:list 1')
    assert.equal(await a.take('list'), undefined)
    assert.deepEqual([a.events, a.outcomes.at(-1)], [['refuses'], 'failure'])
  })

  test('killed: nobody waits, it is said once, and over when Redis is back', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url)
    await a.take('one')
    await redis.kill()
    await a.heard('lost')
    assert.equal(a.buckets.take({ key: 'one', capacity: 1, windowMs: 1 }), undefined)
    await redis.start()
    await a.heard('back')
    assert.equal((await a.take('one'))?.remaining, 9)
    assert.deepEqual(a.events, ['lost', 'back'])
  })

  test('hung: who is waiting is let go, then nobody asks, until it answers again', async () => {
    await using redis = await PrivateRedis.start()
    await using a = await Process.start(redis.url, 100)
    await redis.hang()
    const waiting = await Promise.all(Array.from({ length: 20 }, () => a.take('one')))
    assert.equal(passed(waiting), 0)
    assert.ok(a.outcomes.every((outcome) => outcome === 'timeout'))
    assert.equal(a.buckets.take({ key: 'one', capacity: 1, windowMs: 1 }), undefined)
    await a.heard('lost')
    redis.resume()
    await a.heard('back')
    assert.notEqual(await a.take('two'), undefined)
  })

  test('full and not allowed to forget: it is said, and judged elsewhere', async () => {
    await using redis = await PrivateRedis.start(['--maxmemory-policy', 'noeviction'])
    await using a = await Process.start(redis.url)
    await redis.command('CONFIG SET maxmemory 1')
    assert.equal(await a.take('one'), undefined)
    assert.equal(await a.take('one'), undefined)
    assert.deepEqual(a.events, ['refuses'])
  })

  test('the rights that the guide names are enough, and fewer are a reason not to start', async () => {
    await using redis = await PrivateRedis.start()
    const url = new URL(redis.url)
    const user = (rights: string) => redis.command(`ACL SETUSER limits reset on >secret ${rights}`)
    url.username = 'limits'
    url.password = 'secret'
    await user('~ratelimit:* +get +set +time +eval +evalsha')
    assert.equal(await bucketsProblem(url.href, WAIT_MS), undefined)
    await user('~ratelimit:* +get +set +time')
    assert.match((await bucketsProblem(url.href, WAIT_MS)) ?? '', /NOPERM/)
    await user('~grantd:* +get +set +time +eval +evalsha')
    assert.match((await bucketsProblem(url.href, WAIT_MS)) ?? '', /permission|NOPERM/)
    assert.match((await bucketsProblem('redis://127.0.0.1:1', WAIT_MS)) ?? '', /ECONNREFUSED/)
  })
})
