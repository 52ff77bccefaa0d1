import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startLive } from '../support/live-server.ts'
import { OPENID_CLIENT } from '../support/openid.ts'
import { authorizeUrl, PASSWORD, pkce, type TestServer } from '../support/server.ts'

/** A client's site: a callback, a page to come back to, a logout frame, and a watcher of the session. */
async function relyingParty() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>RP</title><p>relying party</p>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
  return { origin: `http://127.0.0.1:${port}`, seen, close }
}

describe('logout in a real browser', () => {
  let server: TestServer
  let browser: Browser
  let rp: Awaited<ReturnType<typeof relyingParty>>
  let client: { id: string; secret: string }
  before(async () => {
    rp = await relyingParty()
    server = await startLive({
      OAUTH2_ID_TOKEN_ALG: 'ES256',
      OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true',
      OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    })
    await server.addUser()
    client = await server.addClient({
      ...OPENID_CLIENT,
      redirect_uris: [`${rp.origin}/callback`],
      post_logout_redirect_uris: [`${rp.origin}/bye`],
      frontchannel_logout_uri: `${rp.origin}/front`,
      frontchannel_logout_session_required: true,
    })
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
  })
  after(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
    await rp?.close()
  })

  /** Signs in and consents; the address that the client was answered at. */
  async function signIn(page: Page): Promise<URL> {
    const { challenge, verifier } = pkce()
    const extra = { scope: 'openid', redirect_uri: `${rp.origin}/callback` }
    await page.goto(server.assembly.issuer + authorizeUrl(client.id, challenge, extra))
    await page.fill('[name=username]', 'ada')
    await page.fill('[name=password]', PASSWORD)
    await page.click('button[type=submit]:not(.reveal)')
    await page.click('[name=decision][value=allow]')
    await page.waitForURL(`${rp.origin}/callback**`)
    const answer = new URL(page.url())
    const redeemed = await server.token({
      grant_type: 'authorization_code',
      code: answer.searchParams.get('code') ?? '',
      redirect_uri: extra.redirect_uri,
      code_verifier: verifier,
      client_id: client.id,
      client_secret: client.secret,
    })
    assert.equal(redeemed.statusCode, 200, redeemed.body)
    return answer
  }

  test('the front channel reaches the client, then the person is back there', async () => {
    const page = await browser.newPage()
    const refused: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') refused.push(message.text())
    })
    await signIn(page)
    const query = new URLSearchParams({
      client_id: client.id,
      post_logout_redirect_uri: `${rp.origin}/bye`,
      state: 's1',
    })
    await page.goto(`${server.assembly.issuer}/oauth/logout?${query}`)
    await page.click('[name=decision][value=logout]')
    await page.waitForURL(`${rp.origin}/bye?state=s1`)
    const front = rp.seen.find((url) => url.startsWith('/front?'))
    assert.match(front ?? '', /iss=.*&sid=/)
    assert.deepEqual(refused, [])
    await page.close()
  })

  test('the session frame says unchanged, and changed after a sign-out', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const answer = await signIn(page)
    const message = `${client.id} ${answer.searchParams.get('session_state')}`
    const frame = `${server.assembly.issuer}/oauth/check_session`
    // What a client's page does; as text, since it runs there and not here.
    const ask = () =>
      page.evaluate<string>(`new Promise((done) => {
        const frame = document.createElement('iframe')
        frame.src = ${JSON.stringify(frame)}
        addEventListener('message', (event) => done(event.data), { once: true })
        frame.onload = () => frame.contentWindow.postMessage(${JSON.stringify(message)}, '*')
        document.body.append(frame)
      })`)
    assert.equal(await ask(), 'unchanged')
    const other = await context.newPage()
    await other.goto(`${server.assembly.issuer}/oauth/logout`)
    await other.click('[name=decision][value=logout]')
    await other.waitForSelector('h1:has-text("signed out")')
    assert.equal(await ask(), 'changed')
    await context.close()
  })
})
