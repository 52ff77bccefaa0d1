import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { APP, changeClient, withApp } from '../support/flow.ts'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  pkce,
  REDIRECT,
  TestServer,
} from '../support/server.ts'

type PageReply = {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}

/** Our own page, and nothing that leads or posts anywhere else. */
function assertOwnPage(reply: PageReply, about: string): void {
  assert.equal(reply.statusCode, 400, about)
  assert.equal(reply.headers.location, undefined, about)
  assert.equal(reply.headers['cache-control'], 'no-store', about)
  assert.match(String(reply.headers['content-type']), /^text\/html/, about)
  assert.match(String(reply.headers['content-security-policy']), /form-action 'none'/, about)
  assert.doesNotMatch(reply.body, /<script>|<form|http-equiv|evil\.example/, about)
}

const NATIVE = { ...APP, redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb'] }

describe('authorization requests that are never redirected', () => {
  test('the error id that the person is told leads to the reason in the log', async () => {
    const lines: { fields: object; message: string }[] = []
    const nothing = () => undefined
    const info = (fields: object, message: string) => lines.push({ fields, message })
    const log = { debug: nothing, info, warn: nothing, error: nothing }
    const { server, id } = await withApp({}, {}, log)
    await using _ = server
    const browser = new Browser(server)
    const reply = await browser.get(
      authorizeUrl(id, pkce().challenge, { redirect_uri: 'https://evil.example/cb?secret=1' }),
    )
    assertOwnPage(reply, 'a foreign address')
    const { fields, message } = lines.at(-1) ?? assert.fail('nothing was logged')
    assert.match(message, /redirect_uri is not registered/)
    const { request_id, ...rest } = fields as { request_id: string }
    assert.ok(reply.body.includes(`<code>${request_id}</code>`))
    assert.deepEqual(rest, { client_id: id, redirect_uri: 'https://evil.example/cb' })
  })

  test('T2 T3 T4 T5 T6 T7 T8 [behaviour 13.2.1] an address that is not registered, byte for byte', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    for (const uri of [
      'https://evil.example/',
      `${REDIRECT}/`,
      `${REDIRECT}?x=1`,
      'http://localhost:3000/Callback',
      'http://LOCALHOST:3000/callback',
      'http://localhost:3000%2Fcallback',
      'http://localhost.:3000/callback',
      'http://localhost/callback',
      'http://localhost:4000/callback',
      'http://localhost:3000/cal%6Cback',
      'http://localhost:3000/callback/../x',
      'http://localhost:3000/callback/..;/x',
      'http://localhost:3000/callback%2e%2e/x',
      'http://localhost:3000/callback\\x',
      'http://localhost:3000@evil.example/callback',
      'http://a@b@evil.example/callback',
      'http://localhost.evil:3000/callback',
      'http://xn--lcalhost-5va:3000/callback',
      'http://lócalhost:3000/callback',
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'http://localhost:3000/callback\r\nX: y',
      'http://localhost:3000/callback\tx',
      'http://localhost:3000/callback\0',
      'http://localhost:3000/callback#x',
      `http://localhost:3000/callback?${'a'.repeat(3_000)}`,
    ]) {
      for (const response_mode of ['query', 'form_post']) {
        // A second fault beside it must not make an error redirect of it.
        const faults = { redirect_uri: uri, response_mode, response_type: 'token', scope: '"' }
        assertOwnPage(await browser.get(authorizeUrl(id, 'bad', faults)), uri)
      }
    }
    assertOwnPage(
      await browser.get(authorizeUrl(id, pkce().challenge, { redirect_uri: '' })),
      'none',
    )
  })

  test('T6 the port of an IP literal may vary for native apps, and nothing else', async () => {
    const { server, id } = await withApp(NATIVE)
    await using _ = server
    const browser = new Browser(server)
    const ask = (redirect_uri: string, client = id) =>
      browser.get(authorizeUrl(client, pkce().challenge, { redirect_uri }))
    for (const uri of ['http://127.0.0.1:51004/cb', 'http://[::1]:51004/cb']) {
      assert.equal((await ask(uri)).statusCode, 303, uri)
    }
    for (const uri of [
      'http://127.0.0.1:51004/cb/',
      'https://127.0.0.1/cb',
      'http://127.1:51004/cb',
      'http://127.0.0.1.evil:80/cb',
      'http://127.0.0.1:80@evil.example/cb',
      'http://127.0.0.1:99999/cb',
      'http://127.0.0.2/cb',
      'http://[::ffff:127.0.0.1]:51004/cb',
      'http://localhost:51004/cb',
    ]) {
      assertOwnPage(await ask(uri), uri)
    }
    const web = await server.addClient({ ...NATIVE, application_type: 'web' })
    assertOwnPage(await ask('http://127.0.0.1:51004/cb', web.id), 'a web client')
  })

  test('T9 a repeated client_id or redirect_uri, in the query and in a body', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const url = authorizeUrl(id, pkce().challenge)
    for (const repeated of [
      `client_id=${id}`,
      `client_id=other`,
      `redirect_uri=${encodeURIComponent(REDIRECT)}`,
      'redirect_uri=https%3A%2F%2Fevil.example',
      '%72edirect_uri=x',
    ]) {
      assertOwnPage(await new Browser(server).get(`${url}&${repeated}`), repeated)
      const posted = await server.inject({
        method: 'POST',
        url: '/oauth/authorize',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `${url.slice(url.indexOf('?') + 1)}&${repeated}`,
      })
      assertOwnPage(posted, `${repeated} in the body`)
    }
  })

  test('T10 brackets make other names: the required one is then missing', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const url = authorizeUrl(id, pkce().challenge)
    for (const name of ['redirect_uri', 'client_id']) {
      const bracketed = url.replace(`${name}=`, `${name}[]=`)
      assertOwnPage(await new Browser(server).get(bracketed), bracketed)
    }
    const more = await new Browser(server).get(`${url}&scope[$ne]=x&a[b][c]=&__proto__=x`)
    assert.match(String(more.headers.location), /^\/auth\/login/)
  })

  test('T1 T33 missing, unknown, disabled and odd client ids read the same', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const ask = (client: string) => browser.get(authorizeUrl(client, pkce().challenge))
    await changeClient(server, id, { isEnabled: false })
    const disabled = await ask(id)
    assertOwnPage(disabled, 'disabled')
    // The error id differs from page to page.
    const text = ({ body }: PageReply) => body.replace(/<code>[\w-]{36}<\/code>/g, '')
    for (const client of [
      'nobody',
      'https://evil.example/client.json',
      '__proto__',
      'constructor',
      'clïent ✓',
      `${id} `,
      'x'.repeat(300),
      '<script>alert(1)</script>',
    ]) {
      const unknown = await ask(client)
      assertOwnPage(unknown, client)
      assert.equal(text(unknown), text(disabled), client)
    }
    assertOwnPage(await ask(''), 'missing')
  })

  test('malformed encoding and a hundred and one parameters', async () => {
    await using server = await TestServer.start()
    const many = Array.from({ length: 101 }, (_, n) => `p${n}=1`).join('&')
    for (const query of ['client_id=%zz', 'client_id=%ff', 'state=%00', many]) {
      assertOwnPage(await new Browser(server).get(`/oauth/authorize?${query}`), query)
    }
  })
})

describe('T30 what changes while the person signs in', () => {
  for (const [what, change] of [
    ['client is disabled', { isEnabled: false }],
    ['redirect URI is removed', { redirectUris: [] }],
  ] as const) {
    test(`the ${what}: our own page, before and after consent`, async () => {
      const { server, id } = await withApp()
      await using _ = server
      const browser = new Browser(server)
      const url = authorizeUrl(id, pkce().challenge)
      await browser.signIn('ada', undefined, url)
      const fields = hiddenFields((await browser.get(url)).body)
      await changeClient(server, id, change)
      assertOwnPage(await browser.get(url), 'the request')
      const consent = { ...fields, decision: 'allow' }
      assertOwnPage(await browser.submit('/oauth/consent', consent), 'the consent')
    })
  }

  test('the scope is removed: invalid_scope and no code', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const browser = new Browser(server)
    const url = authorizeUrl(id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const fields = hiddenFields((await browser.get(url)).body)
    await changeClient(server, id, { scope: 'read' as never })
    const reply = await browser.submit('/oauth/consent', { ...fields, decision: 'allow' })
    const answer = new URL(String(reply.headers.location)).searchParams
    assert.equal(answer.get('error'), 'invalid_scope')
    assert.equal(answer.get('code'), null)
  })
})
