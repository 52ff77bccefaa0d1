// ID tokens for clients that registered encryption (OIDC Core §10.2, OIDC Registration §2).
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { ClientSite, LOOPBACK_OPEN } from '../support/client-keys.ts'
import { basic } from '../support/flow.ts'
import { addAda, authorize, OPENID_CLIENT, redeem, verified } from '../support/openid.ts'
import { Browser, REDIRECT, TestServer } from '../support/server.ts'

let server: TestServer
let site: ClientSite
before(async () => {
  server = await TestServer.start({
    ...LOOPBACK_OPEN,
    OAUTH2_AUTHORIZATION_CODE_TTL_SECS: '120',
  })
  await addAda(server)
  site = await ClientSite.open()
})
after(async () => {
  await site[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function keyPair(algorithm: string) {
  const pair = await jose.generateKeyPair(algorithm, { extractable: true })
  const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: 'e', use: 'enc' }
  return { jwk, privateKey: pair.privateKey }
}

describe('OIDC Core §10.2: signed, then encrypted', () => {
  for (const [algorithm, enc] of [
    ['RSA-OAEP-256', undefined],
    ['RSA-OAEP', 'A256CBC-HS512'],
    ['ECDH-ES', 'A128GCM'],
    ['ECDH-ES+A256KW', 'A256GCM'],
  ] as const) {
    test(`id_token_encrypted_response_alg ${algorithm}, enc ${enc ?? 'by default'}`, async () => {
      const { jwk, privateKey } = await keyPair(algorithm)
      const own = await server.addClient({
        ...OPENID_CLIENT,
        id_token_encrypted_response_alg: algorithm,
        ...(enc !== undefined && { id_token_encrypted_response_enc: enc }),
        jwks: { keys: [jwk] },
      })
      const hybrid = { response_type: 'code id_token', nonce: 'n' }
      const answer = await authorize(new Browser(server), own.id, hybrid)
      const tokens = await redeem(server, own, answer)
      for (const token of [answer.fields.get('id_token') ?? '', tokens.id_token ?? '']) {
        const { plaintext, protectedHeader } = await jose.compactDecrypt(token, privateKey)
        assert.deepEqual(
          [protectedHeader.alg, protectedHeader.enc, protectedHeader.cty, protectedHeader.kid],
          [algorithm, enc ?? 'A128CBC-HS256', 'JWT', 'e'],
        )
        const claims = await verified(server, Buffer.from(plaintext).toString(), own.id)
        assert.equal(claims.nonce, 'n')
      }
    })
  }

  test('what was decrypted is a hint, what is still encrypted is none (§3.1.2.1)', async () => {
    const { jwk, privateKey } = await keyPair('ECDH-ES')
    const own = await server.addClient({
      ...OPENID_CLIENT,
      id_token_encrypted_response_alg: 'ECDH-ES',
      jwks: { keys: [jwk] },
    })
    const browser = new Browser(server)
    const { id_token = '' } = await redeem(server, own, await authorize(browser, own.id))
    const opened = await jose.compactDecrypt(id_token, privateKey)
    const inner = Buffer.from(opened.plaintext).toString()
    const ask = (hint: string) => authorize(browser, own.id, { id_token_hint: hint })
    assert.ok((await ask(inner)).fields.get('code'))
    assert.equal((await ask(id_token)).fields.get('error'), 'invalid_request')
  })

  test('without a key that can be read there is no token in clear, and the code is not spent', async () => {
    const { jwk } = await keyPair('RSA-OAEP-256')
    const own = await server.addClient({
      ...OPENID_CLIENT,
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_encrypted_response_alg: 'RSA-OAEP-256',
      jwks_uri: `${site.origin}/keys`,
    })
    const answer = await authorize(new Browser(server), own.id)
    const exchange = () =>
      server.form(
        '/oauth/token',
        {
          grant_type: 'authorization_code',
          code: answer.fields.get('code') ?? '',
          redirect_uri: REDIRECT,
          code_verifier: answer.verifier,
        },
        { authorization: basic(own.id, own.secret) },
      )
    const refused = await exchange()
    assert.deepEqual([refused.statusCode, refused.json().error], [503, 'temporarily_unavailable'])
    // Back before the code ends; a document that failed is asked for again after a minute.
    site.documents.set('/keys', JSON.stringify({ keys: [jwk] }))
    server.clock.advance(60)
    assert.equal((await exchange()).statusCode, 200)
  })

  test('registration wants keys, and an alg beside enc', async () => {
    for (const members of [
      { id_token_encrypted_response_alg: 'RSA-OAEP-256' },
      { id_token_encrypted_response_enc: 'A128GCM' },
    ]) {
      await assert.rejects(server.addClient({ ...OPENID_CLIENT, ...members }), {
        code: 'invalid_client_metadata',
      })
    }
  })
})
