// R13: limits that two server processes share, through a race and through the death of their Redis.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { PrivateRedis } from '@grantd/testkit/redis'
import { freePort, ServerProcess, Site } from '../crash/server-process.ts'
import { runGrantd } from './two-servers.ts'

const LIMIT = 10
const METRICS_TOKEN = 'a-token-for-the-scraper-of-this-test'
const GONE = 'the Redis of the rate limits is gone'
const BACK = 'the Redis of the rate limits is back'

test('two processes let 10 of 100 through together; without Redis each judges by itself', async () => {
  await using open = new AsyncDisposableStack()
  const redis = open.use(await PrivateRedis.start())
  using site = await Site.create({
    OAUTH2_RATE_LIMIT_BACKEND: 'redis',
    OAUTH2_RATE_LIMIT_REDIS_URL: redis.url,
    // A slow moment of a busy machine is no outage.
    OAUTH2_RATE_LIMIT_REDIS_TIMEOUT_MS: '2000',
    OAUTH2_RATE_LIMIT_MAX_REQUESTS: String(LIMIT),
    // So long that nothing comes back during the test.
    OAUTH2_RATE_LIMIT_WINDOW_SECS: '86400',
    OAUTH2_METRICS_BEARER_TOKEN: METRICS_TOKEN,
    OAUTH2_TRUST_PROXY_HEADERS: 'true',
    OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1',
  })
  const a = open.use(await ServerProcess.start(site))
  const b = open.use(await ServerProcess.start(site, { port: await freePort() }))

  const ask = async (server: ServerProcess, network: string): Promise<number> => {
    const reply = await fetch(`http://127.0.0.1:${server.port}/.well-known/jwks.json`, {
      headers: { 'x-forwarded-for': network },
    })
    await reply.arrayBuffer()
    return reply.status
  }
  /** How many of so many requests at once, spread over the servers, were let through. */
  const race = async (servers: readonly ServerProcess[], network: string): Promise<number> => {
    const asked = Array.from({ length: 50 }, () => servers.map((server) => ask(server, network)))
    const statuses = await Promise.all(asked.flat())
    assert.ok(
      statuses.every((status) => status === 200 || status === 429),
      String(statuses),
    )
    return statuses.filter((status) => status === 200).length
  }

  /** How it looks to operators: in the detail of `/ready`, as a metric. */
  const shown = async ({ port }: ServerProcess): Promise<readonly unknown[]> => {
    const answer = async (path: string): Promise<string> => {
      const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
      return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text()
    }
    const { dependencies } = JSON.parse(await answer('/ready'))
    const [, up] = /redis_up\{backend="rate_limit"\} (\d)/.exec(await answer('/metrics')) ?? []
    return [dependencies.rate_limits.status, up]
  }
  /** The detail may be a second old. */
  const sees = async (server: ServerProcess, expected: readonly unknown[]): Promise<void> => {
    while (!isDeepStrictEqual(await shown(server), expected)) await sleep(100)
  }

  assert.equal(await race([a, b], '192.0.2.1'), LIMIT)
  assert.equal(await race([a], '2001:db8::1'), LIMIT)
  assert.equal(await ask(b, '2001:db8::2'), 429, 'one /64 is one network')

  await redis.command('SCRIPT FLUSH')
  assert.equal(await race([a, b], '192.0.2.2'), LIMIT)

  await redis.kill()
  await Promise.all([a.said(GONE), b.said(GONE)])
  await sees(a, ['failing', '0'])
  for (const server of [a, b]) assert.equal(await race([server], '192.0.2.3'), LIMIT)
  assert.equal(await race([a], '2001:db8::1'), 0, 'who used up its share here has none to gain')

  await redis.start()
  await Promise.all([a.said(BACK), b.said(BACK)])
  await sees(a, ['ok', '1'])
  assert.equal(await race([a, b], '192.0.2.4'), LIMIT)

  await redis.hang()
  const hung = await Promise.all([race([a], '192.0.2.5'), race([b], '192.0.2.5')])
  assert.deepEqual(hung, [LIMIT, LIMIT])
  redis.resume()
  await Promise.all([a.stop(), b.stop()])
  for (const { child } of [a, b]) assert.equal(child.exitCode, 0)
})

test('doctor and serve --check name the Redis that counts', async () => {
  await using redis = await PrivateRedis.start()
  using site = await Site.create({
    OAUTH2_RATE_LIMIT_BACKEND: 'redis',
    OAUTH2_CACHE_REDIS_URL: redis.url,
  })
  const { host } = new URL(redis.url)
  const checked = await runGrantd(site, ['serve', '--check'])
  assert.ok(checked.talk.includes(`ok  limits: counted in Redis at ${host}`), checked.talk)
  const examined = await runGrantd(site, ['doctor'])
  assert.ok(examined.talk.includes(`counted in Redis at ${host}`), examined.talk)
})

test('a Redis that cannot be used is a reason not to start, in words for an operator', async () => {
  using site = await Site.create({
    OAUTH2_RATE_LIMIT_BACKEND: 'redis',
    OAUTH2_RATE_LIMIT_REDIS_URL: 'redis://:secret@127.0.0.1:1',
  })
  await assert.rejects(ServerProcess.start(site), (error: Error) => {
    assert.match(error.message, /E_RATE_LIMIT_REDIS/)
    assert.match(error.message, /ECONNREFUSED/)
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
})
