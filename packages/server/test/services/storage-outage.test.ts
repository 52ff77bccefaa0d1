// R12: PostgreSQL stopped in its tracks, and killed. What needs it hears "no" soon, the rest goes on,
// and all is well soon after it is back. The bounds are wide for busy machines; what was measured is printed.
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { TestServer } from '../support/server.ts'

const AT_ONCE = 8
/** Without a circuit it takes six seconds and more until somebody is told. */
const SOON_MS = 3_000

interface World {
  readonly database: PrivateServer
  readonly server: TestServer
  readonly client: { readonly id: string; readonly secret: string }
}

function issue({ server, client: { id, secret } }: World) {
  return server.token({ grant_type: 'client_credentials', client_id: id, client_secret: secret })
}

async function refusedSoon(of: World, t: TestContext): Promise<void> {
  const startedAt = performance.now()
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => issue(of)))
  const tookMs = performance.now() - startedAt
  t.diagnostic(`refused after ${Math.round(tookMs)} ms`)
  assert.ok(tookMs < SOON_MS, `${tookMs} ms`)
  for (const answer of answers) {
    assert.equal(answer.statusCode, 503)
    assert.equal(answer.json().error, 'temporarily_unavailable')
    assert.equal(answer.headers['retry-after'], '1')
  }
}

async function onlyWhatNeedsIt({ server }: World, outages: number): Promise<void> {
  const statusOf = async (url: string) => (await server.inject({ url })).statusCode
  assert.equal(await statusOf('/.well-known/openid-configuration'), 200)
  assert.equal(await statusOf('/.well-known/jwks.json'), 200)
  assert.equal(await statusOf('/health'), 200)
  await ready({ server }, 503)
  const circuit = server.assembly.resilience.view().circuits.find(({ name }) => name === 'storage')
  assert.equal(circuit?.trips, outages)
  assert.notEqual(circuit?.state, 'closed')
}

async function backSoon(of: World, t: TestContext): Promise<void> {
  const startedAt = performance.now()
  while ((await issue(of)).statusCode !== 200) {
    assert.ok(performance.now() - startedAt < 20_000, 'still refused')
    await pause(20)
  }
  t.diagnostic(`back after ${Math.round(performance.now() - startedAt)} ms`)
  await ready(of, 200)
}

/** What `/ready` says is as of a second ago at most. */
async function ready({ server }: Pick<World, 'server'>, wanted: 200 | 503): Promise<void> {
  const until = performance.now() + 20_000
  while ((await server.inject({ url: '/ready' })).statusCode !== wanted) {
    assert.ok(performance.now() < until, `/ready does not say ${wanted}`)
    await pause(50)
  }
}

describe('when PostgreSQL fails', () => {
  let of: World
  before(async () => {
    const database = await PrivateServer.start()
    const server = await TestServer.start({ OAUTH2_DATABASE_URL: database.url })
    const client = await server.addClient({
      client_name: 'api',
      grant_types: ['client_credentials'],
      scope: 'read',
    })
    of = { database, server, client }
  })
  after(async () => {
    await of.server[Symbol.asyncDispose]()
    of.database[Symbol.dispose]()
  })

  test('hung: 503 soon, keys and metadata go on, all is well when it goes on', async (t) => {
    assert.equal((await issue(of)).statusCode, 200)
    await of.database.hang()
    try {
      await refusedSoon(of, t)
      await onlyWhatNeedsIt(of, 1)
      const again = performance.now()
      assert.equal((await issue(of)).statusCode, 503)
      t.diagnostic(`once open, refused after ${Math.round(performance.now() - again)} ms`)
    } finally {
      of.database.resume()
    }
    await backSoon(of, t)
  })

  test('killed and started again: the same', async (t) => {
    of.database.kill()
    await refusedSoon(of, t)
    await onlyWhatNeedsIt(of, 2)
    await of.database.start()
    await backSoon(of, t)
    const { circuits } = of.server.assembly.resilience.view()
    assert.deepEqual(
      circuits.find(({ name }) => name === 'storage'),
      { name: 'storage', state: 'closed', trips: 2 },
    )
  })
})
