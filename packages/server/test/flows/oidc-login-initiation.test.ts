// OIDC Core §4: pages that can lead back to an app use the address it registered for that.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { addAda, authorize, OPENID_CLIENT } from '../support/openid.ts'
import { authorizeUrl, Browser, hiddenFields, ISSUER, pkce, TestServer } from '../support/server.ts'
import { postRegistration } from '../support/suite.ts'

const BEGIN = 'https://app.example/begin?tenant=a'
const LINK = `href="https://app.example/begin?tenant=a&amp;iss=${encodeURIComponent(ISSUER)}"`

let server: TestServer
let client: { id: string; secret: string }
before(async () => {
  server = await TestServer.start({ OAUTH2_OPEN_REGISTRATION: 'true' })
  await addAda(server)
  client = await server.addClient({ ...OPENID_CLIENT, initiate_login_uri: BEGIN })
})
after(() => server[Symbol.asyncDispose]())

const broken = (id: string) =>
  authorizeUrl(id, pkce().challenge, { redirect_uri: 'https://app.example/moved' })

describe('OIDC Core §4: third-party initiated login', () => {
  test('the profile opens an app with iss, and one without such an address is just named', async () => {
    const bare = await server.addClient({ ...OPENID_CLIENT, client_name: 'Bare' })
    const browser = new Browser(server)
    await browser.signIn()
    for (const id of [client.id, bare.id]) await remember(browser, id)
    const { body } = await browser.get('/profile')
    assert.ok(body.includes(`<a ${LINK}>Relying party</a>`))
    assert.match(body, /<th scope="row">Bare<\/th>/)
  })

  test('an error page leads back to an app that an operator registered', async () => {
    const page = await new Browser(server).get(broken(client.id))
    assert.equal(page.statusCode, 400)
    assert.ok(page.body.includes(LINK))
    assert.match(page.body, /Start again at Relying party/)
    assert.ok(!page.body.includes('app.example/moved'))
  })

  test('never to one that registered itself', async () => {
    const made = await postRegistration(server, {
      client_name: 'Prizes',
      redirect_uris: ['https://prizes.example/cb'],
      initiate_login_uri: 'https://prizes.example/begin',
    })
    const page = await new Browser(server).get(broken(made.json().client_id))
    assert.equal(page.statusCode, 400)
    assert.ok(!page.body.includes('prizes.example'))
  })

  test('signed out, the way on is the app that asked for it', async () => {
    const browser = new Browser(server)
    await authorize(browser, client.id)
    const page = await browser.get(`/oauth/logout?client_id=${client.id}`)
    const done = await browser.submit('/oauth/logout/confirm', {
      ...hiddenFields(page.body),
      decision: 'logout',
    })
    assert.match(done.body, /You are signed out/)
    assert.ok(done.body.includes(LINK))
  })
})

/** Allows the app for good, so that it is on the profile. */
async function remember(browser: Browser, id: string): Promise<void> {
  const page = await browser.get(authorizeUrl(id, pkce().challenge, { scope: 'openid' }))
  await browser.submit('/oauth/consent', {
    ...hiddenFields(page.body),
    decision: 'allow',
    remember: 'yes',
  })
}
