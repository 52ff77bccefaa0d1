import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Endpoint, Input } from '../endpoint.ts'
import { KeyStorage, keyProcess, ManualClock } from '../keys/key-storage.fixture.ts'
import { Params } from '../params.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import type { OAuthSettings } from '../settings.ts'
import { discoveryEndpoints } from './discovery-endpoints.ts'

const SIGNING = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256']
const input = { params: Params.empty } as Input // these handlers read nothing of the request

function endpoint(id: string, more: Partial<Endpoint>): Endpoint {
  return {
    id,
    method: 'POST',
    path: `/oauth/${id}`,
    spec: '',
    summary: '',
    caller: 'client',
    body: 'form',
    handle: () => ({ kind: 'empty', status: 200 }),
    ...more,
  }
}

const ENDPOINTS: readonly Endpoint[] = [
  endpoint('authorize', { discoveryName: 'authorization_endpoint', caller: 'session' }),
  endpoint('token', { discoveryName: 'token_endpoint', allowsPublicClient: true }),
  endpoint('introspect', {
    discoveryName: 'introspection_endpoint',
    allowsAnonymous: ({ settings }) => settings.publicIntrospection,
  }),
  endpoint('revoke', { discoveryName: 'revocation_endpoint', allowsPublicClient: true }),
  endpoint('register', {
    discoveryName: 'registration_endpoint',
    caller: 'none',
    isOn: ({ registrationDynamic }) => registrationDynamic,
  }),
  endpoint('login', { caller: 'session' }),
  ...discoveryEndpoints(() => ({
    endpoints: ENDPOINTS,
    grantTypes: ['authorization_code', 'client_credentials'],
    authMethods: ['client_secret_basic', 'none'],
  })),
]

function services(changed: Partial<OAuthSettings> = {}): Services {
  const settings = {
    issuer: 'https://id.example',
    baseUrl: 'https://auth.example/',
    idTokenAlgorithm: 'EdDSA',
    publicIntrospection: false,
    registrationDynamic: false,
    ...changed,
  }
  return { settings } as Services // discovery reads nothing else
}

async function get(path: string, from: Services): Promise<Reply & { kind: 'document' }> {
  const found = ENDPOINTS.find((one) => one.path === path)
  const reply = await found?.handle(input, from)
  assert.equal(reply?.kind, 'document')
  return reply
}

async function document(changed: Partial<OAuthSettings> = {}): Promise<Record<string, unknown>> {
  const { body } = await get('/.well-known/openid-configuration', services(changed))
  return JSON.parse(body.toString())
}

describe('T148, RFC 8414 §2: the metadata lists exactly what is enabled', () => {
  test('the whole document', async () => {
    assert.deepEqual(await document(), {
      issuer: 'https://id.example',
      authorization_endpoint: 'https://auth.example/oauth/authorize',
      token_endpoint: 'https://auth.example/oauth/token',
      introspection_endpoint: 'https://auth.example/oauth/introspect',
      revocation_endpoint: 'https://auth.example/oauth/revoke',
      jwks_uri: 'https://auth.example/.well-known/jwks.json',
      scopes_supported: [
        ...['openid', 'profile', 'email', 'address', 'phone'],
        ...['offline_access', 'read', 'write', 'admin'],
      ],
      response_types_supported: ['code', 'code id_token'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      grant_types_supported: ['authorization_code', 'client_credentials'],
      token_endpoint_auth_signing_alg_values_supported: SIGNING,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
      introspection_endpoint_auth_signing_alg_values_supported: SIGNING,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
      revocation_endpoint_auth_signing_alg_values_supported: SIGNING,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      subject_types_supported: ['public', 'pairwise'],
      id_token_signing_alg_values_supported: ['EdDSA', 'RS256', 'PS256', 'ES256'],
      id_token_encryption_alg_values_supported: [
        ...['RSA-OAEP-256', 'RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A256KW'],
      ],
      id_token_encryption_enc_values_supported: [
        ...['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'],
      ],
      userinfo_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      userinfo_encryption_alg_values_supported: [
        ...['RSA-OAEP-256', 'RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A256KW'],
      ],
      userinfo_encryption_enc_values_supported: [
        ...['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'],
      ],
      acr_values_supported: ['urn:grantd:acr:1fa', 'urn:grantd:acr:2fa'],
      claim_types_supported: ['normal'],
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      claims_supported: [
        ...['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr'],
        ...['at_hash', 'c_hash', 'sid'],
        ...['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username'],
        ...['profile', 'picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale'],
        ...['updated_at', 'email', 'email_verified', 'address', 'phone_number'],
        'phone_number_verified',
      ],
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'none'],
    })
  })

  test('registration is listed only where it is switched on', async () => {
    const { registration_endpoint } = await document({ registrationDynamic: true })
    assert.equal(registration_endpoint, 'https://auth.example/oauth/register')
  })

  test('introspection lists none only where it is public', async () => {
    const metadata = await document({ publicIntrospection: true })
    assert.deepEqual(metadata.introspection_endpoint_auth_methods_supported, [
      'client_secret_basic',
      'none',
    ])
  })

  test('both well-known names give the same bytes, computed once per server', async () => {
    const server = services()
    const openid = await get('/.well-known/openid-configuration', server)
    const oauth = await get('/.well-known/oauth-authorization-server', server)
    assert.equal(openid.body, oauth.body)
    assert.match(openid.etag, /^"[\w-]{43}"$/)
    assert.equal(openid.maxAge, 3600)
  })
})

describe('RFC 7517 §5 JWKS endpoint', () => {
  test('after any idle time the answer has the keys of this moment', async () => {
    const storage = new KeyStorage()
    const clock = new ManualClock()
    const [here, there] = [keyProcess(storage, clock), keyProcess(storage, clock)]
    await here.actor.ensure({ algorithms: ['ES256'] })
    await there.actor.ensure({ algorithms: ['ES256'] })
    const server = { ...services(), keyring: here.keyring }
    const before = await get('/.well-known/jwks.json', server)

    await there.actor.rotate({ algorithm: 'ES256' })
    clock.advance(1)
    const reply = await get('/.well-known/jwks.json', server)
    assert.equal(JSON.parse(reply.body.toString()).keys.length, 2)
    assert.notEqual(reply.etag, before.etag)
    assert.equal(reply.maxAge, 3600)
  })

  test('is served as last known when storage does not answer', async () => {
    const storage = new KeyStorage()
    const clock = new ManualClock()
    const { actor, keyring } = keyProcess(storage, clock)
    await actor.ensure({ algorithms: ['ES256'] })
    const known = keyring.publicJwks.etag
    const warnings: string[] = []
    const warn = (_fields: object, message: string) => warnings.push(message)
    storage.versions = () => Promise.reject(new Error('no database'))
    clock.advance(1)
    const server = { ...services(), keyring, log: { warn } } as unknown as Services
    assert.equal((await get('/.well-known/jwks.json', server)).etag, known)
    assert.equal(warnings.length, 1)
  })
})
