// R13: Redis killed, hung, restarted and wiped under load. Nothing fails, and the bound holds.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Server, TwoServers } from './two-servers.ts'

const WORST_MS = 5_000
const GONE = 'Redis is gone'
const BACK = 'Redis is back'

/** Issues, introspects and revokes on both servers until it is stopped; every answer must be right. */
class Load {
  readonly #world: TwoServers
  readonly #lanes: readonly Promise<void>[]
  #isStopped = false
  requests = 0
  /** The longest that one request took, in milliseconds. */
  longest = 0

  constructor(world: TwoServers) {
    this.#world = world
    this.#lanes = [world.a, world.b].map((server) => this.#lane(server))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#lanes)
  }

  async #lane({ caller }: Server): Promise<void> {
    const { client } = this.#world
    while (!this.#isStopped) {
      const issued = await this.#timed(() => caller.clientCredentials(client))
      assert.equal(issued.status, 200)
      const { accessToken } = issued
      for (const expected of [true, true, false]) {
        if (!expected) assert.equal((await caller.revoke(client, accessToken)).status, 200)
        const active = await this.#timed(() => caller.introspect(client, accessToken))
        assert.equal(active, expected)
      }
    }
  }

  async #timed<Result>(ask: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now()
    const result = await ask()
    this.requests++
    this.longest = Math.max(this.longest, performance.now() - startedAt)
    return result
  }
}

/** A token that both servers have just taken for active. */
async function activeToken({ a, b, client }: TwoServers): Promise<string> {
  const { accessToken } = await a.caller.clientCredentials(client)
  for (const { caller } of [a, b]) assert.equal(await caller.introspect(client, accessToken), true)
  return accessToken
}

/** How long `b` takes a token that `a` has revoked for active, in milliseconds. */
async function revokeAndWatch({ a, b, client }: TwoServers, token: string): Promise<number> {
  assert.equal((await a.caller.revoke(client, token)).status, 200)
  const startedAt = performance.now()
  assert.equal(await a.caller.introspect(client, token), false, 'at once where it was revoked')
  for (;;) {
    const askedAfter = performance.now() - startedAt
    const active = await b.caller.introspect(client, token)
    assert.notEqual(active, undefined, 'every question is answered')
    if (active === false) return performance.now() - startedAt
    assert.ok(askedAfter <= WORST_MS, `still active when asked after ${askedAfter} ms`)
  }
}

/** Resolves when both servers have said it for the `count`th time. */
async function bothSaid({ a, b }: TwoServers, text: string, count: number): Promise<void> {
  await Promise.all([a, b].map(({ process }) => process.said(text, count)))
}

describe('when Redis fails under load', () => {
  test('killed, restarted, hung and wiped: no request fails, no answer is wrong', async (t) => {
    await using world = await TwoServers.start()
    const { redis } = world
    await world.untilShared(world.b)
    const load = new Load(world)
    await activeToken(world)

    let token = await activeToken(world)
    await redis.kill()
    const killed = await revokeAndWatch(world, token)
    await bothSaid(world, GONE, 1)
    token = await activeToken(world)
    assert.equal(await world.a.caller.introspect(world.client, token), true)
    const gone = await revokeAndWatch(world, token)

    token = await activeToken(world)
    await redis.start()
    const restarted = await revokeAndWatch(world, token)
    await bothSaid(world, BACK, 1)

    token = await activeToken(world)
    await redis.hang()
    const hung = await revokeAndWatch(world, token)
    await bothSaid(world, GONE, 2)
    token = await activeToken(world)
    redis.resume()
    await bothSaid(world, BACK, 2)
    const resumed = await revokeAndWatch(world, token)

    token = await activeToken(world)
    await redis.command('FLUSHALL')
    const wiped = await revokeAndWatch(world, token)

    await load.stop()
    const waits = { killed, gone, restarted, hung, resumed, wiped }
    const shown = Object.entries(waits).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
    t.diagnostic(`a revoked token looked active elsewhere for: ${shown.join(', ')}`)
    t.diagnostic(
      `${load.requests} requests, none failed; the longest ${load.longest.toFixed(0)} ms`,
    )
    for (const { process } of [world.a, world.b]) {
      const told = process.talk.split('\n').filter((line) => /Redis is (gone|back)/.test(line))
      assert.equal(told.length, 4, 'one line for each change')
      await process.stop()
      assert.equal(process.child.exitCode, 0)
    }
  })
})
