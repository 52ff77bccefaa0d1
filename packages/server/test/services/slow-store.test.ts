// R14: a database that is reached slowly. What needs it hears yes or "no" within a bounded time, what
// does not need it notices nothing, and all is well soon after. What was measured is printed.
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { FaultyProxy } from '@grantd/testkit/faulty-proxy'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { TestServer } from '../support/server.ts'

const EVERY_MS = 25
const SLOW_MS = 1_500
/** The circuit says no within a second; this is for a machine that has other things to do. */
const TOLD_MS = 4_000
const BACK_MS = 10_000

interface World {
  readonly database: PrivateServer
  readonly proxy: FaultyProxy
  readonly server: TestServer
  readonly client: { readonly id: string; readonly secret: string }
}

interface Answered {
  readonly status: number
  readonly error: string | undefined
  readonly ms: number
}

async function token({ server, client: { id, secret } }: World): Promise<Answered> {
  const startedAt = performance.now()
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
  const answer = await server.token(form)
  const ms = performance.now() - startedAt
  return { status: answer.statusCode, error: answer.json().error, ms }
}

/** Tokens and documents one after the other for a while, whether the former ones were answered or not. */
async function ask(of: World): Promise<{ tokens: Answered[]; documents: number[] }> {
  const tokens: Promise<Answered>[] = []
  const documents: Promise<number>[] = []
  for (let left = SLOW_MS; left > 0; left -= EVERY_MS) {
    tokens.push(token(of))
    const url = '/.well-known/jwks.json'
    documents.push(of.server.inject({ url }).then(({ statusCode }) => statusCode))
    await pause(EVERY_MS)
  }
  return { tokens: await Promise.all(tokens), documents: await Promise.all(documents) }
}

async function backSoon(of: World, t: TestContext): Promise<void> {
  const startedAt = performance.now()
  // Each one is waited for: what is answered at last was asked before all was well.
  for (let inARow = 0; inARow < 20; ) {
    inARow = (await token(of)).status === 200 ? inARow + 1 : 0
    const ms = performance.now() - startedAt
    assert.ok(ms < BACK_MS, 'not as fast as before')
    if (inARow === 1) t.diagnostic(`back after ${Math.round(ms)} ms`)
    if (inARow === 0) await pause(20)
  }
}

describe('when PostgreSQL is slow', () => {
  let of: World
  before(async () => {
    const database = await PrivateServer.start()
    const proxy = await FaultyProxy.to(database.url)
    const server = await TestServer.start({ OAUTH2_DATABASE_URL: proxy.through(database.url) })
    const client = await server.addClient({
      client_name: 'api',
      grant_types: ['client_credentials'],
      scope: 'read',
    })
    of = { database, proxy, server, client }
  })
  after(async () => {
    await of.server[Symbol.asyncDispose]()
    await of.proxy[Symbol.asyncDispose]()
    of.database[Symbol.dispose]()
  })

  for (const { roundTripMs, serves } of [
    { roundTripMs: 60, serves: true },
    { roundTripMs: 500, serves: false },
    { roundTripMs: 5_000, serves: false },
  ]) {
    test(`${roundTripMs} ms for each answer: ${serves ? 'served' : 'refused'} in time, and soon well again`, async (t) => {
      assert.equal((await token(of)).status, 200)
      of.proxy.faults.latencyMs = roundTripMs / 2
      try {
        const { tokens, documents } = await ask(of)
        const served = tokens.filter(({ status }) => status === 200)
        const refused = tokens.filter(({ status }) => status === 503)
        const longest = Math.max(...tokens.map(({ ms }) => ms))
        t.diagnostic(
          `${served.length} served, ${refused.length} refused, the longest after ${Math.round(longest)} ms`,
        )
        assert.equal(served.length + refused.length, tokens.length)
        assert.ok((serves ? served : refused).length > 0)
        for (const { error } of refused) assert.equal(error, 'temporarily_unavailable')
        assert.ok(longest < TOLD_MS, `told after ${longest} ms`)
        assert.ok(documents.every((status) => status === 200))
      } finally {
        delete of.proxy.faults.latencyMs
      }
      await backSoon(of, t)
    })
  }
})
