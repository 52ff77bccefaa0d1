import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { addAda, authorize, OPENID_CLIENT, redeem, verified } from '../support/openid.ts'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  pkce,
  REDIRECT,
  TestServer,
} from '../support/server.ts'

let server: TestServer
let client: { id: string; secret: string }
before(async () => {
  server = await TestServer.start()
  await addAda(server)
  await server.addUser('bob')
  client = await server.addClient(OPENID_CLIENT)
})
after(() => server[Symbol.asyncDispose]())

/** A browser that is signed in and has remembered its consent. */
async function consented(user = 'ada'): Promise<Browser> {
  const browser = new Browser(server)
  await browser.signIn(user)
  const url = authorizeUrl(client.id, pkce().challenge, { scope: 'openid' })
  const page = await browser.get(url)
  if (page.statusCode === 200) {
    await browser.submit('/oauth/consent', {
      ...hiddenFields(page.body),
      decision: 'allow',
      remember: 'on',
    })
  }
  return browser
}

async function idTokenOf(browser: Browser, extra: Record<string, string> = {}, user = 'ada') {
  const answer = await authorize(browser, client.id, extra, user)
  const { id_token = '' } = await redeem(server, client, answer)
  return { text: id_token, claims: await verified(server, id_token, client.id) }
}

describe('OIDC Core §3.1.2.1: how a person is authenticated', () => {
  test('prompt=none answers with the same auth_time as before', async () => {
    const browser = await consented()
    const first = await idTokenOf(browser)
    server.clock.advance(10)
    const second = await idTokenOf(browser, { prompt: 'none' })
    assert.equal(second.claims.auth_time, first.claims.auth_time)
  })

  test('prompt=login signs in again and moves auth_time', async () => {
    const browser = await consented()
    const first = await idTokenOf(browser)
    server.clock.advance(10)
    const second = await idTokenOf(browser, { prompt: 'login' })
    assert.equal(Number(second.claims.auth_time) - Number(first.claims.auth_time), 10)
  })

  test('max_age within reach changes nothing, beyond it a new sign-in is asked for', async () => {
    const browser = await consented()
    const first = await idTokenOf(browser, { max_age: '10000' })
    server.clock.advance(20)
    const same = await idTokenOf(browser, { max_age: '10000' })
    assert.equal(same.claims.auth_time, first.claims.auth_time)
    const renewed = await idTokenOf(browser, { max_age: '1' })
    assert.equal(Number(renewed.claims.auth_time) - Number(first.claims.auth_time), 20)
  })

  test('default_max_age counts where max_age is not sent', async () => {
    const strict = await server.addClient({ ...OPENID_CLIENT, default_max_age: 5 })
    const browser = await consented()
    server.clock.advance(60)
    const { fields } = await authorize(browser, strict.id, { prompt: 'none' })
    assert.equal(fields.get('error'), 'login_required')
    const wide = await authorize(browser, strict.id, { prompt: 'none', max_age: '600' })
    assert.equal(wide.fields.get('error'), 'consent_required')
  })

  test('login_hint fills the form', async () => {
    const browser = new Browser(server)
    const url = authorizeUrl(client.id, pkce().challenge, {
      scope: 'openid',
      login_hint: 'b"ob',
    })
    const { headers } = await browser.get(url)
    const page = await browser.get(String(headers.location))
    assert.match(page.body, /value="b&quot;ob"/)
  })

  test('ui_locales, claims_locales, acr_values and display never make an error (§3.1.2.1, §15.1)', async () => {
    const browser = await consented()
    const { claims } = await idTokenOf(browser, {
      prompt: 'none',
      ui_locales: 'xx-unknown de',
      claims_locales: 'fr',
      acr_values: 'urn:mace:incommon:iap:silver 1',
      display: 'popup',
    })
    assert.equal(claims.acr, 'urn:grantd:acr:1fa')
  })

  test('T32 an essential acr that cannot be reached: unmet_authentication_requirements', async () => {
    const wish = { id_token: { acr: { essential: true, values: ['urn:grantd:acr:2fa'] } } }
    const { fields } = await authorize(await consented(), client.id, {
      claims: JSON.stringify(wish),
    })
    assert.equal(fields.get('error'), 'unmet_authentication_requirements')
  })

  test('registration is refused as such', async () => {
    const { fields } = await authorize(await consented(), client.id, { registration: '{}' })
    assert.equal(fields.get('error'), 'registration_not_supported')
  })

  test('T23 RFC 9396 §5: authorization_details are refused as such, wherever they are sent', async () => {
    const details = { authorization_details: '[{"type":"payment"}]' }
    for (const sent of [details, { authorization_details: '[{"type":' }]) {
      const asked = await authorize(await consented(), client.id, sent)
      assert.equal(asked.fields.get('error'), 'invalid_authorization_details')
      assert.equal(asked.fields.get('code'), null)
    }
    const answer = await authorize(await consented(), client.id)
    const reply = await server.token({
      ...{ grant_type: 'authorization_code', redirect_uri: REDIRECT, ...details },
      ...{ client_id: client.id, client_secret: client.secret },
      code: answer.fields.get('code') ?? '',
    })
    assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_authorization_details'])
  })

  test('§11 offline_access is not granted to a client without refresh tokens', async () => {
    const plain = await server.addClient({ ...OPENID_CLIENT, grant_types: ['authorization_code'] })
    const answer = await authorize(new Browser(server), plain.id, {
      scope: 'openid offline_access',
    })
    assert.equal((await redeem(server, plain, answer)).scope, 'openid')
  })
})

describe('OIDC Core §3.1.2.1: id_token_hint (T20)', () => {
  test('of the person who is signed in goes through, also when it has expired', async () => {
    const browser = await consented()
    const { text } = await idTokenOf(browser)
    server.clock.advance(3_700)
    await browser.signIn()
    const { fields } = await authorize(browser, client.id, { prompt: 'none', id_token_hint: text })
    assert.ok(fields.get('code'))
  })

  test('of somebody else is login_required, and never a silent switch', async () => {
    const { text } = await idTokenOf(await consented('bob'), {}, 'bob')
    const ada = await consented()
    const silent = await authorize(ada, client.id, { prompt: 'none', id_token_hint: text })
    assert.equal(silent.fields.get('error'), 'login_required')
    const asAda = await authorize(ada, client.id, { id_token_hint: text })
    assert.equal(asAda.fields.get('error'), 'login_required')
    const [url, bobs] = [{ id_token_hint: text }, await consented()]
    const asked = await bobs.get(
      authorizeUrl(client.id, pkce().challenge, { scope: 'openid', ...url }),
    )
    assert.match(String(asked.headers.location), /^\/auth\/login/, 'who is meant may sign in')
    const switched = await authorize(bobs, client.id, url, 'bob')
    assert.ok(switched.fields.get('code'))
    const asBob = await authorize(new Browser(server), client.id, { id_token_hint: text }, 'bob')
    assert.ok(asBob.fields.get('code'))
  })

  test('forged, unsigned, of another client or of another kind is invalid_request', async () => {
    const browser = await consented()
    const { text, claims } = await idTokenOf(browser)
    const stranger = await jose.generateKeyPair('ES256')
    const { kid } = jose.decodeProtectedHeader(text)
    const other = await server.addClient(OPENID_CLIENT)
    const foreign = await redeem(server, other, await authorize(browser, other.id))
    const hints = [
      await new jose.SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...(kid && { kid }) })
        .sign(stranger.privateKey),
      new jose.UnsecuredJWT(claims).encode(),
      foreign.id_token ?? '',
      foreign.access_token ?? '',
      'x',
    ]
    for (const id_token_hint of hints) {
      const { fields } = await authorize(browser, client.id, { prompt: 'none', id_token_hint })
      assert.equal(fields.get('error'), 'invalid_request')
    }
  })
})

describe('OIDC Core §3.3: hybrid flow code id_token', () => {
  for (const [asked, mode] of [
    [{}, 'fragment'],
    [{ response_mode: 'fragment' }, 'fragment'],
    [{ response_mode: 'form_post' }, 'form_post'],
  ] as const) {
    test(`the answer travels by ${mode} when asked ${JSON.stringify(asked)}`, async () => {
      const answer = await authorize(new Browser(server), client.id, {
        response_type: 'id_token code',
        nonce: 'n-h',
        ...asked,
      })
      assert.equal(answer.mode, mode)
      assert.equal(answer.fields.get('state'), 'xyz123')
      const idToken = answer.fields.get('id_token') ?? ''
      const claims = await verified(server, idToken, client.id)
      const digest = createHash('sha256')
        .update(answer.fields.get('code') ?? '')
        .digest()
      assert.equal(claims.c_hash, digest.subarray(0, 16).toString('base64url'))
      assert.equal(claims.at_hash, undefined)
      assert.equal(claims.nonce, 'n-h')
      const later = await redeem(server, client, answer)
      const second = await verified(server, later.id_token ?? '', client.id)
      assert.deepEqual([second.iss, second.sub], [claims.iss, claims.sub]) // §3.3.3.6
    })
  }

  const REFUSED: readonly [string, Record<string, string>, string][] = [
    ['without nonce', { nonce: '' }, 'invalid_request'],
    ['by query', { response_mode: 'query' }, 'invalid_request'],
    ['without openid', { scope: 'read' }, 'invalid_request'],
  ]
  for (const [name, extra, error] of REFUSED) {
    test(`${name}: ${error}, in the fragment`, async () => {
      const answer = await authorize(new Browser(server), client.id, {
        response_type: 'code id_token',
        nonce: 'n',
        ...extra,
      })
      assert.deepEqual([answer.fields.get('error'), answer.mode], [error, 'fragment'])
      assert.doesNotMatch(answer.fields.get('error_description') ?? '?', /[?]/)
      assert.equal(answer.fields.get('iss') !== null, true)
    })
  }

  test('a client that did not register it is unauthorized_client', async () => {
    const plain = await server.addClient({ ...OPENID_CLIENT, response_types: ['code'] })
    const answer = await authorize(new Browser(server), plain.id, {
      response_type: 'code id_token',
      nonce: 'n',
    })
    assert.equal(answer.fields.get('error'), 'unauthorized_client')
  })
})
