import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import * as openid from 'openid-client'
import { startLive } from '../support/live-server.ts'
import { type Answer, addAda, follow } from '../support/openid.ts'
import { Browser, REDIRECT, type TestServer } from '../support/server.ts'

// A client that others wrote, over real HTTP: what it accepts was checked by its rules, not by ours.
const BYE = 'http://localhost:3000/bye'
const insecure = { execute: [openid.allowInsecureRequests] }
const METADATA = {
  client_name: 'openid-client',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid profile email offline_access',
  post_logout_redirect_uris: [BYE],
}

let server: TestServer
let issuer: URL
let userId: string
before(async () => {
  server = await startLive({ OAUTH2_OPEN_REGISTRATION: 'true' })
  userId = await addAda(server)
  issuer = new URL(server.assembly.issuer)
})
after(() => server[Symbol.asyncDispose]())

const register = (metadata: object = {}, authentication?: openid.ClientAuth) =>
  openid.dynamicClientRegistration(issuer, { ...METADATA, ...metadata }, authentication, insecure)

interface Begun {
  readonly url: URL
  readonly checks: { pkceCodeVerifier: string; expectedNonce: string; expectedState: string }
}

async function begin(
  config: openid.Configuration,
  extra: Record<string, string> = {},
  jar?: openid.CryptoKey,
): Promise<Begun> {
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedNonce: openid.randomNonce(),
    expectedState: openid.randomState(),
  }
  const parameters = {
    redirect_uri: REDIRECT,
    scope: 'openid profile email offline_access',
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: checks.expectedNonce,
    state: checks.expectedState,
    ...extra,
  }
  const url =
    jar === undefined
      ? openid.buildAuthorizationUrl(config, parameters)
      : await openid.buildAuthorizationUrlWithJAR(config, parameters, jar)
  return { url, checks }
}

/** The person's part, and the request that their browser then makes to the client. */
async function answered(browser: Browser, { url }: Begun): Promise<URL | Request> {
  const answer: Answer = await follow(browser, url.pathname + url.search)
  const target = new URL(REDIRECT)
  if (answer.mode === 'form_post')
    return new Request(target, { method: 'POST', body: answer.fields })
  target[answer.mode === 'fragment' ? 'hash' : 'search'] = answer.fields.toString()
  return target
}

describe('openid-client against grantd', () => {
  test('registers itself, signs in, reads userinfo, refreshes, signs out', async () => {
    const config = await register()
    const browser = new Browser(server)
    const begun = await begin(config)
    const tokens = await openid.authorizationCodeGrant(
      config,
      await answered(browser, begun),
      begun.checks,
    )
    assert.equal(tokens.claims()?.sub, userId)
    const userinfo = await openid.fetchUserInfo(config, tokens.access_token, userId)
    assert.deepEqual([userinfo.name, userinfo.email], ['Ada Lovelace', 'ada@example.test'])
    const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    assert.equal(renewed.claims()?.sub, userId)
    const end = openid.buildEndSessionUrl(config, {
      post_logout_redirect_uri: BYE,
      id_token_hint: renewed.id_token ?? '',
      state: 'bye',
    })
    const left = await browser.get(end.pathname + end.search)
    assert.equal(left.headers.location, `${BYE}?state=bye`)
  })

  for (const responseMode of [undefined, 'form_post'] as const) {
    test(`hybrid code id_token by ${responseMode ?? 'fragment'}`, async () => {
      const config = await register({
        grant_types: ['authorization_code', 'refresh_token', 'implicit'],
        response_types: ['code id_token'],
        id_token_signed_response_alg: 'ES256',
      })
      openid.useCodeIdTokenResponseType(config)
      const begun = await begin(config, {
        ...(responseMode !== undefined && { response_mode: responseMode }),
      })
      const tokens = await openid.authorizationCodeGrant(
        config,
        await answered(new Browser(server), begun),
        begun.checks,
      )
      assert.equal(tokens.claims()?.sub, userId)
    })
  }

  test('private_key_jwt, a signed request object, a pairwise subject, signed and encrypted userinfo', async () => {
    const signing = await jose.generateKeyPair('ES256', { extractable: true })
    const encryption = await jose.generateKeyPair('RSA-OAEP-256', { extractable: true })
    const keys = [
      { ...(await jose.exportJWK(signing.publicKey)), kid: 's', use: 'sig', alg: 'ES256' },
      { ...(await jose.exportJWK(encryption.publicKey)), kid: 'e', use: 'enc' },
    ]
    const config = await register(
      {
        token_endpoint_auth_method: 'private_key_jwt',
        request_object_signing_alg: 'ES256',
        require_signed_request_object: true,
        userinfo_signed_response_alg: 'ES256',
        userinfo_encrypted_response_alg: 'RSA-OAEP-256',
        subject_type: 'pairwise',
        jwks: { keys },
      },
      openid.PrivateKeyJwt({ key: signing.privateKey, kid: 's' }),
    )
    openid.enableDecryptingResponses(config, ['A128CBC-HS256'], {
      key: encryption.privateKey,
      alg: 'RSA-OAEP-256',
      kid: 'e',
    })
    const begun = await begin(config, {}, signing.privateKey)
    const tokens = await openid.authorizationCodeGrant(
      config,
      await answered(new Browser(server), begun),
      begun.checks,
    )
    const subject = tokens.claims()?.sub ?? ''
    assert.notEqual(subject, userId)
    const userinfo = await openid.fetchUserInfo(config, tokens.access_token, subject)
    assert.equal(userinfo.email, 'ada@example.test')
  })

  test('client_secret_jwt', async () => {
    const config = await register(
      { token_endpoint_auth_method: 'client_secret_jwt' },
      openid.ClientSecretJwt(),
    )
    const begun = await begin(config)
    const tokens = await openid.authorizationCodeGrant(
      config,
      await answered(new Browser(server), begun),
      begun.checks,
    )
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true)
  })
})
