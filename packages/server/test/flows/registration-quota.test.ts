// T135: open registration has bounds, and what nobody uses goes again.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clientId } from '@grantd/domain'
import { ClientUse, countUnusedClients, deleteUnusedClients } from '@grantd/oauth'
import { countAudit, refreshGrant } from '../support/flow.ts'
import { addAda, authorize, OPENID_CLIENT, redeem } from '../support/openid.ts'
import { Browser, REDIRECT, TestServer } from '../support/server.ts'

const OPEN = { OAUTH2_OPEN_REGISTRATION: 'true' }
const DAY = 86_400
const SERVICE = { client_name: 'Bot', grant_types: ['client_credentials'], scope: 'read' }

function register(server: TestServer, remoteAddress = '203.0.113.7', members: object = {}) {
  return server.inject({
    method: 'POST',
    url: '/clients/register',
    remoteAddress,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ client_name: 'App', redirect_uris: [REDIRECT], ...members }),
  })
}

const exists = async (server: TestServer, id: string): Promise<boolean> =>
  (await server.assembly.storage.clients.find(clientId(id))) !== undefined

describe('T135 quotas of open registration', () => {
  test('a network that had its share is told when to come back; others are served', async () => {
    await using server = await TestServer.start({
      ...OPEN,
      OAUTH2_REGISTRATION_HOURLY_PER_NETWORK: '3',
    })
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await register(server)).statusCode)
    assert.deepEqual(statuses, [201, 201, 201, 429, 429])
    server.clock.advance(600)
    const refused = await register(server)
    assert.deepEqual(refused.json(), {
      error: 'too_many_requests',
      error_description: 'too many clients were registered; try again later',
      retry_after: 3_000,
    })
    assert.equal(refused.headers['retry-after'], '3000')
    assert.equal(refused.headers['cache-control'], 'no-store')
    assert.equal((await register(server, '198.51.100.1')).statusCode, 201)
    server.clock.advance(3_000)
    assert.equal((await register(server)).statusCode, 201)
  })

  test('a clock that is set back by a day refuses nobody for a day', async () => {
    await using server = await TestServer.start({
      ...OPEN,
      OAUTH2_REGISTRATION_HOURLY_PER_NETWORK: '1',
    })
    assert.equal((await register(server)).statusCode, 201)
    server.clock.advance(-200)
    assert.equal(
      (await register(server)).statusCode,
      429,
      'clocks of instances may differ a little',
    )
    server.clock.advance(-DAY)
    assert.equal((await register(server)).statusCode, 201)
  })

  test('IPv6 addresses of one /64 are one network', async () => {
    await using server = await TestServer.start({
      ...OPEN,
      OAUTH2_REGISTRATION_HOURLY_PER_NETWORK: '2',
    })
    const of = async (ip: string) => (await register(server, ip)).statusCode
    assert.deepEqual(
      [await of('2001:db8::1'), await of('2001:db8::2'), await of('2001:db8:0:0:9::3')],
      [201, 201, 429],
    )
    assert.equal(await of('2001:db8:0:1::1'), 201)
  })

  test('many at once, from many networks: exactly as many as there is room for', async () => {
    await using server = await TestServer.start({ ...OPEN, OAUTH2_REGISTRATION_HOURLY_TOTAL: '10' })
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) => register(server, `203.0.113.${n}`)),
    )
    const count = (status: number) =>
      replies.filter(({ statusCode }) => statusCode === status).length
    assert.deepEqual([count(201), count(429)], [10, 50])
    assert.equal(await countAudit(server, 'client.created'), 10)
  })

  test('what is refused anyway costs nothing, and an initial access token is not counted', async () => {
    await using server = await TestServer.start({
      ...OPEN,
      OAUTH2_REGISTRATION_HOURLY_PER_NETWORK: '1',
    })
    for (let n = 0; n < 3; n++)
      assert.equal((await register(server, undefined, { redirect_uris: ['x'] })).statusCode, 400)
    assert.equal((await register(server)).statusCode, 201)
    assert.equal((await register(server)).statusCode, 429)
    await server.addClient(OPENID_CLIENT)
  })
})

describe('T135 clients that registered themselves and were never used', () => {
  test('go after the time that is set; those that were used, and those of operators, stay', async () => {
    await using server = await TestServer.start(OPEN)
    await addAda(server)
    const { services } = server.assembly
    const own = await server.addClient(OPENID_CLIENT)
    const idle = (await register(server)).json()
    const bot = (await register(server, undefined, SERVICE)).json()
    const app = (await register(server, undefined, OPENID_CLIENT)).json()
    const asked = (await register(server, undefined, OPENID_CLIENT)).json()
    const client = { id: app.client_id, secret: app.client_secret }
    const tokens = await redeem(server, client, await authorize(new Browser(server), client.id))
    await authorize(new Browser(server), asked.client_id) // consented; its code was never redeemed
    const secret = { client_id: bot.client_id, client_secret: bot.client_secret }
    await server.token({ grant_type: 'client_credentials', ...secret })

    server.clock.advance(7 * DAY - 10)
    assert.equal(await deleteUnusedClients(services), 0)
    server.clock.advance(10)
    const young = (await register(server)).json()
    // As another process, which knows of no use but what is on record.
    const elsewhere = { ...services, clientUse: new ClientUse(services) }
    for (const asking of [elsewhere, services, elsewhere])
      assert.equal(await countUnusedClients(asking), 1)
    assert.ok(await exists(server, idle.client_id))
    assert.equal(await deleteUnusedClients(services), 1)
    assert.equal(await countUnusedClients(elsewhere), 0)
    const left = await Promise.all(
      [idle, bot, app, asked, young, { client_id: own.id }].map(({ client_id: id }) =>
        exists(server, id),
      ),
    )
    assert.deepEqual(left, [false, true, true, true, true, true])
    assert.equal(await countAudit(server, 'client.deleted'), 1)
    assert.equal(await deleteUnusedClients(services), 0)
    const refreshed = await server.token({
      ...refreshGrant(client.id, tokens.refresh_token ?? ''),
      client_secret: client.secret,
    })
    assert.equal(refreshed.statusCode, 200)
  })

  test('a first use and the deletion at the same moment: one of them wins, never half of each', async () => {
    await using server = await TestServer.start(OPEN)
    const { services } = server.assembly
    const bots = await Promise.all(
      Array.from({ length: 20 }, async () => (await register(server, undefined, SERVICE)).json()),
    )
    server.clock.advance(8 * DAY)
    const [, ...replies] = await Promise.all([
      deleteUnusedClients(services),
      ...bots.map(({ client_id, client_secret }) =>
        server.token({ grant_type: 'client_credentials', client_id, client_secret }),
      ),
    ])
    for (const [at, { client_id }] of bots.entries()) {
      const statusCode = replies[at]?.statusCode
      assert.ok(statusCode === 200 || statusCode === 401, String(replies[at]?.body))
      assert.equal(await exists(server, client_id), statusCode === 200)
    }
  })

  test('0 keeps them', async () => {
    await using server = await TestServer.start({
      ...OPEN,
      OAUTH2_REGISTRATION_UNUSED_TTL_SECS: '0',
    })
    const { client_id } = (await register(server)).json()
    server.clock.advance(1_000 * DAY)
    assert.equal(await deleteUnusedClients(server.assembly.services), 0)
    assert.ok(await exists(server, client_id))
  })
})
