import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TestServer } from '../support/server.ts'

const ADMIN = {
  client_name: 'Console',
  grant_types: ['client_credentials'],
  scope: 'admin read',
}

async function start(env: Record<string, string> = {}) {
  const server = await TestServer.start({ OAUTH2_ADMIN_CLIENT_IDS: 'console', ...env })
  const { id, secret } = await server.addClient(ADMIN, 'console')
  const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
  const tokenOf = async (scope: string): Promise<string> =>
    (await server.token({ ...fields, scope })).json().access_token
  const token = await tokenOf('admin')
  return {
    server,
    tokenOf,
    recent: (query = '', bearer = token) =>
      server.inject({
        url: `/admin/api/events/recent${query}`,
        headers: { authorization: `Bearer ${bearer}` },
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe('the list of recent events', () => {
  test('shows the newest first, a page at a time, whole envelopes', async () => {
    await using site = await start()
    for (const scope of ['read', 'admin', 'read']) await site.tokenOf(scope)
    const { items, ...page } = (await site.recent('?type=token_created&limit=2')).json()
    assert.deepEqual(page, { total: 4, limit: 2, offset: 0 })
    const scopes = (list: { event: { metadata: { scope: string } } }[]) =>
      list.map(({ event }) => event.metadata.scope)
    assert.deepEqual(scopes(items), ['read', 'admin'])
    const rest = (await site.recent('?type=token_created&limit=2&offset=2')).json()
    assert.deepEqual(scopes(rest.items), ['read', 'admin'])
    assert.deepEqual(Object.keys(items[0]).sort(), [
      ...['attributes', 'correlation_id', 'event', 'idempotency_key', 'produced_at', 'producer'],
      ...['traceparent', 'tracestate'],
    ])
  })

  test('T188 is narrowed like the stream, and refuses what it does not understand', async () => {
    await using site = await start()
    const total = async (query: string) => (await site.recent(query)).json().total
    assert.equal(await total('?client=nobody'), 0)
    assert.equal(await total('?severity=error'), 0)
    assert.ok((await total('?client=console&severity=info,error')) > 0)
    const odd = ['?limit=0', '?limit=201', '?limit=x', '?offset=-1', '?severity=loud']
    const forged = [
      '?limit=1e9',
      '?limit=0x10',
      '?offset=9999999',
      '?type[$where]=1&type=(a%2B)%2B$',
    ]
    for (const query of [...odd, ...forged, '?limit=1&limit=2']) {
      const reply = await site.recent(query)
      assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_request'], query)
    }
  })

  test('keeps as many as OAUTH2_EVENTS_MEMORY_SIZE says', async () => {
    await using site = await start({ OAUTH2_EVENTS_MEMORY_SIZE: '3' })
    await site.tokenOf('read')
    assert.equal((await site.recent()).json().total, 3)
  })

  test('is for administrators, and says so when nothing is kept', async () => {
    await using site = await start()
    assert.equal((await site.recent('', await site.tokenOf('read'))).statusCode, 403)
    assert.equal((await site.recent('', 'nobody')).statusCode, 401)
    await using elsewhere = await start({ OAUTH2_EVENTS_BACKEND: 'console' })
    const reply = await elsewhere.recent()
    assert.deepEqual([reply.statusCode, reply.json().error], [503, 'recent_events_not_kept'])
    assert.match(reply.json().error_description, /add in_memory/)
    await using off = await start({ OAUTH2_EVENTS_ENABLED: 'false' })
    assert.equal((await off.recent()).json().error, 'eventing_disabled')
  })
})
