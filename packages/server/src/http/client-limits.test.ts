import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Client, invalidClient, StorageError } from '@grantd/domain'
import { createRateLimits } from '../rate-limits/rate-limits.ts'
import type { HttpContext } from './context.ts'
import { FORM, fixture, tokenEndpoint } from './http-fixture.ts'

const FAILURES = 5
const confidential = { id: 'known', authMethod: 'client_secret_post' } as unknown as Client

/** A server whose clients are proven when the test says so; `secret=right` is right. */
function server(authenticate?: HttpContext['authenticateClient']) {
  const time = { now: 0 }
  let judged = 0
  const rateLimits = createRateLimits({
    settings: {
      enabled: true,
      backend: 'in_memory',
      redis_timeout_ms: 100,
      max_requests: 10_000,
      window_secs: 60,
      invalid_client_max_requests: FAILURES,
      client_max_requests: 10_000,
      credentials_max_requests: 20,
      registration_max_requests: 10,
    },
    scope: 'test',
    nowMs: () => time.now,
  })
  const slowly: HttpContext['authenticateClient'] = async (params) => {
    await new Promise((resolve) => setImmediate(resolve))
    if (params.get('client_secret') !== 'right') throw invalidClient()
    return confidential
  }
  const { app } = fixture([tokenEndpoint], {
    rateLimits,
    authenticateClient: (...given) => {
      judged++
      return (authenticate ?? slowly)(...given)
    },
  })
  const ask = async (secret: string, remoteAddress = '192.0.2.1') => {
    const payload = `client_id=known&client_secret=${secret}`
    const request = { method: 'POST', url: '/oauth/token', headers: FORM, payload } as const
    return (await app.inject({ ...request, remoteAddress })).statusCode
  }
  const many = (times: number, secret: (n: number) => string, ip?: (n: number) => string) =>
    Promise.all(Array.from({ length: times }, (_, n) => ask(secret(n), ip?.(n))))
  return { ask, many, judged: () => judged, time }
}

const count = (all: readonly number[], status: number) => all.filter((one) => one === status).length

describe('clients that prove themselves', () => {
  test('T154 of 500 guesses at once no more are judged than may fail', async () => {
    const { many, judged } = server()
    const all = await many(500, () => 'wrong')
    assert.deepEqual([count(all, 401), count(all, 429)], [FAILURES, 500 - FAILURES])
    assert.equal(judged(), FAILURES)
  })

  test('T155 the addresses of one /64 share what may be judged', async () => {
    const { many, judged } = server()
    const all = await many(
      100,
      () => 'wrong',
      (n) => `2001:db8:0:1::${n + 1}`,
    )
    assert.deepEqual([count(all, 401), judged()], [FAILURES, FAILURES])
  })

  test('a client that is right is never refused for being many at once', async () => {
    const { many } = server()
    assert.equal(count(await many(500, () => 'right'), 200), 500)
  })

  test('nor because others guess at the same time from another network', async () => {
    const { many } = server()
    const [honest, guesses] = await Promise.all([
      many(100, () => 'right'),
      many(
        100,
        () => 'wrong',
        () => '198.51.100.1',
      ),
    ])
    assert.equal(count(honest, 200), 100)
    assert.equal(count(guesses, 401), FAILURES)
  })

  test('among guesses from its own network it passes as long as one of its own was judged', async () => {
    const { many } = server()
    const all = await many(200, (n) => (n === 2 || n > 100 ? 'right' : 'wrong'))
    assert.equal(count(all, 200), 100)
    assert.equal(count(all, 401), FAILURES)
  })

  test('a storage that is gone is nobody’s failure, and nobody waits for ever', async () => {
    const { many } = server(async () => {
      throw new StorageError('unavailable')
    })
    assert.equal(count(await many(50, () => 'right'), 503), 50)
  })

  test('what is proven at once is counted at once', async () => {
    const { many, time } = server((params) => {
      if (params.get('client_secret') !== 'right') throw invalidClient()
      return confidential
    })
    assert.equal(count(await many(50, () => 'wrong'), 401), FAILURES)
    time.now += 60_000 / FAILURES
    assert.equal(count(await many(50, () => 'right'), 200), 50)
  })
})
