import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClient, readClientMetadata } from '@grantd/oauth'
import { APP, answerOf, changeClient, countAudit, withApp } from '../support/flow.ts'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  ISSUER,
  pkce,
  type TestServer,
} from '../support/server.ts'

/** Ada, signed in and looking at the consent page. */
async function withConsentPage(metadata: object = {}, extra: Record<string, string> = {}) {
  const { server, id } = await withApp(metadata)
  const browser = new Browser(server)
  const url = authorizeUrl(id, pkce().challenge, extra)
  await browser.signIn('ada', undefined, url)
  const page = await browser.get(url)
  const fields = hiddenFields(page.body)
  const decide = (decision: string, more: Record<string, string> = {}) =>
    browser.submit('/oauth/consent', { ...fields, decision, ...more })
  return { server, id, browser, url, page, fields, decide }
}

async function addSelfRegistered(server: TestServer, metadata: object = {}) {
  const { services } = server.assembly
  const read = readClientMetadata({ ...APP, ...metadata })
  const { client } = createClient(read, { registeredBy: 'self' }, services)
  await services.clients.for(client.id).create({ client, actor: 'test' })
  return client
}

describe('the decision', () => {
  test('[behaviour 33] a person who declines sends access_denied, with state and iss, and no code', async () => {
    const { server, decide } = await withConsentPage()
    await using _ = server
    const answer = answerOf(await decide('deny'))
    assert.equal(answer.get('error'), 'access_denied')
    assert.equal(answer.get('state'), 'xyz123')
    assert.equal(answer.get('iss'), ISSUER)
    assert.equal(answer.get('code'), null)
    assert.equal(await countAudit(server, 'consent.denied'), 1)
  })

  test('T164 the form works once and only for the request it showed', async () => {
    const { server, decide, fields } = await withConsentPage({}, { scope: 'read' })
    await using _ = server
    const request = fields.request?.replace('scope=read', 'scope=read+write') ?? ''
    assert.notEqual(request, fields.request)
    const forged = await decide('allow', { request })
    assert.equal(forged.statusCode, 403)
    assert.equal(forged.headers.location, undefined)
    assert.equal((await decide('maybe')).statusCode, 403)
    assert.equal((await decide('allow')).statusCode, 303)
    for (const decision of ['allow', 'deny']) {
      const replayed = await decide(decision)
      assert.equal(replayed.statusCode, 403)
      assert.match(replayed.body, /name="csrf"/, 'the page is shown again')
    }
    assert.equal(await countAudit(server, 'consent.granted'), 1)
  })

  test('T164 of sixteen submits at once one gets a code', async () => {
    const { server, decide } = await withConsentPage()
    await using _ = server
    const replies = await Promise.all(Array.from({ length: 16 }, () => decide('allow')))
    assert.equal(replies.filter((reply) => reply.statusCode === 303).length, 1)
    assert.equal(replies.filter((reply) => reply.statusCode === 403).length, 15)
  })

  test('T29 a form of one person, browser or app is worthless in another', async () => {
    const { server, fields, decide } = await withConsentPage()
    await using _ = server
    await server.addUser('bob')
    for (const name of ['bob', 'ada']) {
      const other = new Browser(server)
      await other.signIn(name)
      const reply = await other.submit('/oauth/consent', { ...fields, decision: 'allow' })
      assert.equal(reply.statusCode, 403, name)
      assert.equal(reply.headers.location, undefined)
    }
    const app = await server.addClient({ ...APP, client_name: 'Other app' })
    const request = fields.request?.replace(/client_id=[^&]*/, `client_id=${app.id}`) ?? ''
    const swapped = await decide('allow', { request })
    assert.equal(swapped.statusCode, 403)
    assert.equal(swapped.headers.location, undefined)
  })

  test('T150 T159 without our token, from another site, signed out or empty nothing is granted', async () => {
    const { server, browser, fields } = await withConsentPage()
    await using _ = server
    const cookie = `sid=${browser.cookies.get('sid')}`
    const { csrf: _csrf, ...bare } = fields
    const noToken = await browser.submit('/oauth/consent', { ...bare, decision: 'allow' })
    assert.equal(noToken.statusCode, 403)
    const crossSite = await server.form(
      '/oauth/consent',
      { ...fields, decision: 'allow' },
      { cookie, 'sec-fetch-site': 'cross-site' },
    )
    assert.equal(crossSite.statusCode, 403)
    const nobody = await server.form('/oauth/consent', { ...fields, decision: 'allow' })
    assert.match(String(nobody.headers.location), /^\/auth\/login\?error=login_required&return_to=/)
    assert.equal((await browser.submit('/oauth/consent', {})).statusCode, 400)
    const get = await server.inject({ url: '/oauth/consent', headers: { cookie } })
    assert.equal(get.statusCode, 405)
    assert.equal(await countAudit(server, 'consent.granted'), 0)
  })

  test('a form that waited too long is shown again with a token that works', async () => {
    const { server, browser, decide } = await withConsentPage()
    await using _ = server
    server.clock.advance(30 * 60 - 1)
    await browser.get('/profile') // keeps the session
    server.clock.advance(2)
    const late = await decide('allow')
    assert.equal(late.statusCode, 403)
    const fields = { ...hiddenFields(late.body), decision: 'allow' }
    assert.ok(answerOf(await browser.submit('/oauth/consent', fields)).get('code'))
  })
})

describe('remembering', () => {
  test('a remembered consent is not asked again, but for more scope or with prompt=consent', async () => {
    const { server, id, browser, url, decide } = await withConsentPage({}, { scope: 'read' })
    await using _ = server
    await decide('allow', { remember: 'on' })
    assert.ok(answerOf(await browser.get(url)).get('code'))
    for (const extra of [{ scope: 'read write' }, { scope: 'read', prompt: 'consent' }]) {
      const again = await browser.get(authorizeUrl(id, pkce().challenge, extra))
      assert.equal(again.statusCode, 200, JSON.stringify(extra))
    }
  })

  test('T165 an app that changed its name or redirect URIs is asked for again', async () => {
    const { server, id, browser, url, decide } = await withConsentPage()
    await using _ = server
    await decide('allow', { remember: 'on' })
    const stored = await server.assembly.storage.clients.find(id as never)
    assert.ok(stored)
    for (const change of [
      { name: 'Another name' },
      { redirectUris: [...stored.redirectUris, 'https://new.example/cb' as never] },
    ]) {
      await changeClient(server, id, { name: stored.name, redirectUris: stored.redirectUris })
      assert.equal((await browser.get(url)).statusCode, 303)
      await changeClient(server, id, change)
      assert.equal((await browser.get(url)).statusCode, 200)
    }
  })

  test('T129 T165 a self-registered app is called unverified, asked for each time, its texts inert', async () => {
    const { server } = await withApp()
    await using _ = server
    const client = await addSelfRegistered(server, {
      client_name: '<script>alert(1)</script>',
      client_uri: 'https://app.example/"onmouseover="x',
    })
    const browser = new Browser(server)
    const url = authorizeUrl(client.id, pkce().challenge)
    await browser.signIn('ada', undefined, url)
    const page = await browser.get(url)
    assert.doesNotMatch(page.body, /name="remember"|<script>alert|"onmouseover/)
    assert.match(page.body, /&lt;script&gt;alert/)
    assert.match(page.body, /unverified|not verified|not been verified|not checked/i)
    assert.match(page.body, /localhost:3000/)
    const fields = { ...hiddenFields(page.body), decision: 'allow', remember: 'on' }
    await browser.submit('/oauth/consent', fields)
    assert.equal((await browser.get(url)).statusCode, 200)
  })
})

describe('where the answer goes', () => {
  test('a private-use scheme gets a page with a link instead of a redirect', async () => {
    const redirect_uri = 'com.example.app:/cb'
    const { server, decide } = await withConsentPage(
      { redirect_uris: [redirect_uri] },
      { redirect_uri },
    )
    await using _ = server
    const reply = await decide('allow')
    assert.equal(reply.statusCode, 200)
    assert.match(reply.body, /href="com\.example\.app:\/cb\?code=gac_/)
  })

  test('an IPv6 loopback is allowed as form target by its scheme: source lists have no IPv6', async () => {
    const redirect_uri = 'http://[::1]:51004/cb'
    const { server, page, decide } = await withConsentPage(
      { redirect_uris: ['http://[::1]/cb'] },
      { redirect_uri },
    )
    await using _ = server
    const csp = String(page.headers['content-security-policy'])
    assert.match(csp, /form-action 'self' http:$/)
    const { location } = (await decide('allow')).headers
    assert.ok(String(location).startsWith(`${redirect_uri}?code=`))
  })
})
