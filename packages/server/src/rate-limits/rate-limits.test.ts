import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import type { SharedAttempt, SharedBuckets, SharedVerdict } from '@grantd/domain'
import { ipPrefix } from './ip-prefix.ts'
import { createRateLimits } from './rate-limits.ts'
import { RefusalLog } from './refusal-log.ts'
import { SharedOrOwn } from './shared-or-own.ts'

/** Answers what the test says; `undefined` is a Redis that is not asked. */
class FakeBuckets implements SharedBuckets {
  readonly asked: SharedAttempt[] = []
  answer: ((attempt: SharedAttempt) => SharedVerdict | undefined) | undefined

  take(attempt: SharedAttempt): Promise<SharedVerdict | undefined> | undefined {
    if (this.answer === undefined) return undefined
    this.asked.push(attempt)
    return Promise.resolve(this.answer(attempt))
  }

  async close(): Promise<void> {}
}

const judged = (isAllowed: boolean) => ({
  isAllowed,
  limit: 3,
  remaining: isAllowed ? 1 : 0,
  retryAfterMs: isAllowed ? 0 : 500,
  resetMs: 700,
})

const RULE = { capacity: 3, windowMs: 1_000 }

function counting() {
  const shared = new FakeBuckets()
  const buckets = new SharedOrOwn('network', RULE, { nowMs: () => 0, shared, scope: 'site' })
  return { shared, buckets }
}

describe('counting together, or alone', () => {
  test('the shared verdict counts, and the bucket is named for the deployment and the rule', async () => {
    const { shared, buckets } = counting()
    shared.answer = () => judged(true)
    assert.deepEqual(await buckets.take('a'), judged(true))
    assert.deepEqual(shared.asked, [{ key: 'site:network:a', ...RULE }])
  })

  test('without an answer each process goes on from what it has let through itself', async () => {
    const { shared, buckets } = counting()
    shared.answer = () => judged(true)
    await buckets.take('a')
    shared.answer = () => undefined
    assert.equal((await buckets.take('a')).remaining, 1)
    shared.answer = undefined
    const alone = buckets.take('a')
    assert.ok(!(alone instanceof Promise), 'nobody waits')
    assert.equal(alone.isAllowed, true)
    assert.equal((await buckets.take('a')).isAllowed, false)
  })

  test('what the others refused is not counted here', async () => {
    const { shared, buckets } = counting()
    shared.answer = () => judged(false)
    for (let n = 0; n < 5; n++) assert.equal((await buckets.take('a')).isAllowed, false)
    shared.answer = undefined
    assert.equal((await buckets.take('a')).remaining, 2)
  })

  test('what is too much here is refused without asking', async () => {
    const { shared, buckets } = counting()
    shared.answer = () => judged(true)
    for (let n = 0; n < 9; n++) await buckets.take('a')
    assert.equal(shared.asked.length, 3)
  })

  test('a failure that the others refuse is known here from then on, but not where it is proven', async () => {
    const shared = new FakeBuckets()
    const limits = createRateLimits({
      settings: {
        enabled: true,
        backend: 'redis',
        redis_timeout_ms: 100,
        max_requests: 100,
        window_secs: 60,
        invalid_client_max_requests: 5,
        client_max_requests: 0,
        credentials_max_requests: 20,
        registration_max_requests: 10,
      },
      scope: 'site',
      nowMs: () => 0,
      shared,
    })
    shared.answer = () => judged(false)
    assert.equal(limits.hasNoFailures(), true)
    await limits.failure('app', '192.0.2.1')
    assert.equal(limits.hasNoFailures(), false)
    assert.equal(limits.guessing('app', '192.0.2.1')?.isAllowed, false)
    assert.equal(limits.guessing('app', '192.0.2.2')?.isAllowed, true)
    await limits.client('app', '192.0.2.1')
    assert.equal(limits.guessing('app', '192.0.2.1'), undefined)
    assert.ok(limits.request('192.0.2.1', 'asset') instanceof Promise === false, 'files ask nobody')
  })
})

describe('the label of an address', () => {
  for (const [ip, prefix] of [
    ['203.0.113.7', '203.0.0.0/8'],
    ['10.1.2.3', '10.0.0.0/8'],
    ['2a02:810d:1::1', '2a00::/12'],
    ['2001:db8::1', '2000::/12'],
    ['::1', '::/12'],
    ['fe80::1', 'fe80::/12'],
    ['', 'unknown'],
    ['junk', 'unknown'],
  ] as const) {
    test(`${JSON.stringify(ip)} is ${prefix}`, () => assert.equal(ipPrefix(ip), prefix))
  }

  test('however many addresses ask, there are few', () => {
    const labels = new Set<string>()
    for (let n = 0; n < 100_000; n++) {
      labels.add(ipPrefix(`${n % 256}.${(n >> 8) % 256}.0.1`))
      labels.add(ipPrefix(`${(n % 65_536).toString(16)}:1::1`))
    }
    assert.ok(labels.size <= 256 + 4_096, `${labels.size}`)
  })
})

test('refusals are told at once and then once a minute, with their number', () => {
  const time = { now: 0 }
  const told: object[] = []
  const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => told.push(fields) }
  const { note } = new RefusalLog(log, { nowMs: () => time.now, trustsProxies: true })
  const request = { headers: { 'x-forwarded-for': '192.0.2.1' } } as unknown as IncomingMessage
  for (; time.now < 90_000; time.now += 1_000) note('192.0.2.7', request)
  assert.deepEqual(told, [
    { refused: 1, last_ip: '192.0.2.7' },
    { refused: 60, last_ip: '192.0.2.7' },
  ])
})
