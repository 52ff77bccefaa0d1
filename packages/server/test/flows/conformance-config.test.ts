// The modules of oidcc-config-certification-test-plan and of
// oidcc-3rdparty-init-login-certification-test-plan, by their names.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { TestServer } from '../support/server.ts'
import { CLAIMS_OF, CONFORMANCE, postRegistration, SuiteClient } from '../support/suite.ts'

const OP = 'https://op.example'

let server: TestServer
before(async () => {
  // Behind a proxy that speaks https, as the suite wants every endpoint.
  server = await TestServer.start({
    ...CONFORMANCE,
    OAUTH2_PUBLIC_URL: OP,
    OAUTH2_CONFORMANCE_ALLOW_REMOTE: '1',
  })
})
after(() => server[Symbol.asyncDispose]())

describe('oidcc-config-certification-test-plan', () => {
  test('oidcc-discovery-endpoint-verification', async () => {
    const reply = await server.inject({ url: '/.well-known/openid-configuration' })
    assert.equal(reply.statusCode, 200)
    assert.match(String(reply.headers['content-type']), /^application\/json/)
    const found = reply.json<Record<string, unknown>>()
    const list = (name: string): readonly unknown[] => {
      const value = found[name]
      assert.ok(Array.isArray(value) && value.length > 0, name)
      return value
    }
    assert.equal(found.issuer, OP)
    assert.equal(new URL(OP).search + new URL(OP).hash, '')
    for (const [name, value] of Object.entries(found)) {
      const isAddress = /_endpoint$|_uri$|_iframe$/.test(name)
      if (isAddress) assert.ok(String(value).startsWith(`${OP}/`), name)
    }
    for (const name of ['authorization', 'token', 'userinfo', 'registration', 'end_session'])
      assert.ok(found[`${name}_endpoint`], name)
    assert.ok(list('response_types_supported').includes('code'))
    assert.ok(list('grant_types_supported').includes('authorization_code'))
    assert.deepEqual(list('subject_types_supported'), ['public', 'pairwise'])
    assert.ok(list('id_token_signing_alg_values_supported').includes('RS256'))
    assert.ok(list('request_object_signing_alg_values_supported').includes('RS256'))
    assert.ok(list('userinfo_signing_alg_values_supported').includes('RS256'))
    assert.ok(list('scopes_supported').includes('openid'))
    assert.deepEqual(list('code_challenge_methods_supported'), ['S256'])
    for (const scope of list('scopes_supported'))
      assert.match(String(scope), /^[\x21\x23-\x5b\x5d-\x7e]+$/)
    // The suite warns about a language that is not written as BCP 47 writes it.
    for (const tag of list('ui_locales_supported'))
      assert.deepEqual(Intl.getCanonicalLocales(String(tag)), [tag])
    assert.equal(found.claims_locales_supported, undefined)
    for (const claim of Object.values(CLAIMS_OF).flat())
      assert.ok(list('claims_supported').includes(claim), claim)
    for (const name of ['claims', 'request', 'request_uri'])
      assert.equal(found[`${name}_parameter_supported`], true)
    for (const method of ['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
      assert.ok(list('token_endpoint_auth_methods_supported').includes(method))
  })

  test('its keys: each with a kid and a use of its own, public, and with proper members', async () => {
    const { keys } = (await server.inject({ url: '/.well-known/jwks.json' })).json()
    const kids = keys.map(({ kid }: { kid: string }) => kid)
    assert.ok(kids.every((kid: unknown) => typeof kid === 'string' && kid !== ''))
    assert.equal(new Set(kids).size, kids.length)
    for (const key of keys) {
      assert.equal(key.use, 'sig')
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.ok(!(member in key))
      for (const member of ['n', 'e', 'x', 'y'])
        if (member in key) assert.match(key[member], /^[\w-]+$/)
    }
  })
})

describe('oidcc-3rdparty-init-login-certification-test-plan', () => {
  test('oidcc-3rd_party-init-login', async () => {
    const uri = 'https://suite.example/test/a/grantd/initiate_login'
    const { registration } = await SuiteClient.register(server, { initiate_login_uri: uri })
    assert.equal(registration.initiate_login_uri, uri)
    const reply = await server.inject({
      url: new URL(String(registration.registration_client_uri)).pathname,
      headers: { authorization: `Bearer ${registration.registration_access_token}` },
    })
    assert.equal(reply.statusCode, 200)
    assert.match(String(reply.headers['content-type']), /^application\/json/)
    assert.equal(reply.json().initiate_login_uri, uri)
  })

  for (const uri of [
    'http://suite.example/initiate_login',
    'http://localhost:8443/initiate_login',
    'https://suite.example/initiate_login#there',
    'https://user@suite.example/initiate_login',
    'javascript:alert(1)',
  ]) {
    test(`oidcc-3rd_party-init-login-nohttps: ${uri}`, async () => {
      const reply = await postRegistration(server, {
        client_name: 'Not https',
        redirect_uris: ['https://suite.example/cb'],
        initiate_login_uri: uri,
      })
      assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_client_metadata'])
      assert.match(reply.json().error_description, /^initiate_login_uri /)
    })
  }
})

describe('docs/guide/conformance.md', () => {
  const file = (path: string) =>
    readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')

  test('every module it promises has a test of its name', () => {
    const guide = file('docs/guide/conformance.md')
    const modules = new Set(
      [...guide.matchAll(/^\| (`oidcc-[^|]*) \|/gm)].flatMap(([, names = '']) =>
        [...names.matchAll(/`(oidcc-[\w-]+)`/g)].map(([, name = '']) => name),
      ),
    )
    assert.ok(modules.size > 40)
    const named = ['basic', 'config', 'logout']
      .map((plan) => file(`packages/server/test/flows/conformance-${plan}.test.ts`))
      .join('\n')
    // The last part of a name may come from a table of cases.
    const tables = ['oidcc-rp-initiated-logout-', 'oidcc-scope-', 'oidcc-userinfo-']
    const isNamed = (module: string): boolean => {
      const start = tables.find((one) => module.startsWith(one))
      const rest = module.slice(start?.length ?? module.length)
      const cases = [`'${rest}'`, `'${rest.replaceAll('-', '_')}'`]
      return named.includes(module) || cases.some((text) => named.includes(text))
    }
    assert.deepEqual(
      [...modules].filter((module) => !isNamed(module)),
      [],
    )
  })
})
