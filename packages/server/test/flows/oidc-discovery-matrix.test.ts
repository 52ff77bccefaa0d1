import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { clientKeyPair } from '../support/client-keys.ts'
import { REDIRECT, TestServer } from '../support/server.ts'

let server: TestServer
let metadata: Record<string, readonly string[]>
before(async () => {
  server = await TestServer.start({
    OAUTH2_OPEN_REGISTRATION: 'true',
    OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true',
  })
  metadata = (await server.inject({ url: '/.well-known/openid-configuration' })).json()
})
after(() => server[Symbol.asyncDispose]())

async function register(changes: object) {
  const { jwk } = await clientKeyPair('RS256')
  const { alg, use, ...open } = jwk
  return server.inject({
    method: 'POST',
    url: '/connect/register',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({
      client_name: 'A',
      redirect_uris: [REDIRECT],
      jwks: { keys: [open] },
      ...changes,
    }),
  })
}

describe('T148: what is advertised works, what is not is refused', () => {
  test('every address is there', async () => {
    const urls = Object.entries(metadata).filter(
      ([name, url]) => typeof url === 'string' && /_(endpoint|uri|iframe)$/.test(name),
    )
    assert.ok(urls.length >= 8)
    for (const [name, url] of urls) {
      const path = new URL(String(url)).pathname
      const reply = await server.inject({ url: path, headers: { accept: 'application/json' } })
      assert.notEqual(reply.statusCode, 404, `${name} ${path}`)
    }
  })

  const MEMBERS: readonly [list: string, member: string, never: readonly string[], also: object][] =
    [
      [
        'id_token_signing_alg_values_supported',
        'id_token_signed_response_alg',
        ['none', 'HS256', 'RS512'],
        {},
      ],
      [
        'userinfo_signing_alg_values_supported',
        'userinfo_signed_response_alg',
        ['none', 'HS256'],
        {},
      ],
      [
        'id_token_encryption_alg_values_supported',
        'id_token_encrypted_response_alg',
        ['RSA1_5', 'dir', 'A256KW'],
        {},
      ],
      [
        'id_token_encryption_enc_values_supported',
        'id_token_encrypted_response_enc',
        ['A192GCM'],
        { id_token_encrypted_response_alg: 'ECDH-ES' },
      ],
      [
        'userinfo_encryption_alg_values_supported',
        'userinfo_encrypted_response_alg',
        ['RSA1_5', 'dir'],
        {},
      ],
      [
        'userinfo_encryption_enc_values_supported',
        'userinfo_encrypted_response_enc',
        ['A192GCM'],
        { userinfo_encrypted_response_alg: 'RSA-OAEP-256' },
      ],
      [
        'request_object_signing_alg_values_supported',
        'request_object_signing_alg',
        ['HS256', 'ES512'],
        {},
      ],
      [
        'token_endpoint_auth_methods_supported',
        'token_endpoint_auth_method',
        ['tls_client_auth', 'self_signed_tls_client_auth'],
        {},
      ],
      ['subject_types_supported', 'subject_type', ['ephemeral'], {}],
    ]
  for (const [list, member, never, also] of MEMBERS) {
    test(`${list} and ${member}`, async () => {
      for (const value of metadata[list] ?? []) {
        const reply = await register({ ...also, [member]: value })
        assert.equal(reply.statusCode, 201, `${value}: ${reply.body}`)
        assert.equal(reply.json()[member], value)
      }
      for (const value of never) {
        assert.ok(!metadata[list]?.includes(value))
        const reply = await register({ ...also, [member]: value })
        assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_client_metadata'])
      }
    })
  }

  for (const [member, value] of [
    ['request_object_encryption_alg', 'RSA-OAEP'],
    ['request_object_encryption_enc', 'A128GCM'],
    ['authorization_signed_response_alg', 'RS256'],
    ['authorization_encrypted_response_alg', 'RSA-OAEP'],
    ['authorization_encrypted_response_enc', 'A128GCM'],
    ['introspection_signed_response_alg', 'RS256'],
    ['introspection_encrypted_response_alg', 'RSA-OAEP'],
    ['introspection_encrypted_response_enc', 'A128GCM'],
    ['authorization_details_types', ['payment']],
    ['backchannel_token_delivery_mode', 'poll'],
    ['tls_client_certificate_bound_access_tokens', true],
    ['dpop_bound_access_tokens', true],
    ['require_pushed_authorization_requests', true],
  ] as const) {
    test(`${member} is not registered by a server that does not do it`, async () => {
      const reply = await register({ [member]: value })
      assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_client_metadata'])
      assert.match(reply.json().error_description, new RegExp(member))
    })
  }

  test('response types and grants', async () => {
    for (const type of metadata.response_types_supported ?? [])
      assert.equal((await register({ response_types: [type] })).statusCode, 201)
    for (const type of ['token', 'id_token', 'id_token token', 'code token', 'none'])
      assert.equal((await register({ response_types: [type] })).statusCode, 400, type)
    for (const grant of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code']) {
      assert.ok(!metadata.grant_types_supported?.includes(grant))
      assert.equal((await register({ grant_types: [grant] })).statusCode, 400, grant)
    }
  })
})
