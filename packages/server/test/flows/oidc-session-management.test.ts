import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { addAda, authorize, OPENID_CLIENT } from '../support/openid.ts'
import { Browser, hiddenFields, TestServer } from '../support/server.ts'

const ON = { OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true' }
const metadata = async (server: TestServer) =>
  (await server.inject({ url: '/.well-known/openid-configuration' })).json()

describe('OIDC Session Management', () => {
  test('is off by default: no frame, no session_state, no word of it', async () => {
    await using server = await TestServer.start()
    await addAda(server)
    const client = await server.addClient(OPENID_CLIENT)
    const { fields } = await authorize(new Browser(server), client.id)
    assert.equal(fields.get('session_state'), null)
    assert.equal((await server.inject({ url: '/oauth/check_session' })).statusCode, 404)
    assert.equal((await metadata(server)).check_session_iframe, undefined)
  })

  test('§3: session_state is bound to client, origin and session; the frame may be framed', async () => {
    await using server = await TestServer.start(ON)
    await addAda(server)
    const client = await server.addClient(OPENID_CLIENT)
    const browser = new Browser(server)
    const { fields } = await authorize(browser, client.id)
    const state = fields.get('session_state') ?? ''
    const salt = state.split('.')[1]
    const cookie = browser.cookies.get('op_state')
    const digest = createHash('sha256')
      .update(`${client.id} http://localhost:3000 ${cookie} ${salt}`)
      .digest('hex')
    assert.equal(state, `${digest}.${salt}`)
    const { check_session_iframe: url } = await metadata(server)
    const frame = await server.inject({ url: new URL(url).pathname })
    assert.equal(frame.statusCode, 200)
    assert.equal(frame.headers['x-frame-options'], undefined)
    assert.match(String(frame.headers['content-security-policy']), /frame-ancestors \*/)
    const script = /src="([^"]*)"/.exec(frame.body)?.[1] ?? ''
    assert.equal((await server.inject({ url: script })).statusCode, 200)
  })

  test('the state changes with the person and goes with the session', async () => {
    await using server = await TestServer.start(ON)
    await addAda(server)
    await server.addUser('bob')
    const browser = new Browser(server)
    await browser.signIn()
    const first = browser.cookies.get('op_state')
    await browser.signIn('bob', undefined, '/profile')
    const second = browser.cookies.get('op_state')
    assert.ok(first && second && first !== second)
    await browser.submit('/auth/logout', hiddenFields((await browser.get('/profile')).body))
    assert.equal(browser.cookies.get('op_state'), undefined)
  })
})
