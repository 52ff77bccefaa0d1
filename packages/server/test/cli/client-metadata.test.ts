// Clients with the metadata of OpenID Connect, made by registration and looked after by an operator.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import { clientKeyPair } from '../support/client-keys.ts'
import { Place, type Running, settles, start } from './cli.ts'

type Json = Record<string, unknown>

const place = new Place()
let dev: Running
let base = ''
before(async () => {
  dev = await start(place, ['dev', '--json', '--server.port', '0'], '"issuer"')
  base = JSON.parse(dev.stdout.split('\n', 1)[0] ?? '').base_url
})
after(async () => {
  await dev[Symbol.asyncDispose]()
  place[Symbol.dispose]()
})

async function register(metadata: object): Promise<Json> {
  const reply = await fetch(`${base}/clients/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_name: 'Billing', scope: 'read', ...metadata }),
  })
  assert.equal(reply.status, 201)
  return (await reply.json()) as Json
}

const DATABASE = 'sqlite:.grantd/grantd.db'
const SERVICE = { grant_types: ['client_credentials'] }

describe('client metadata on the command line', () => {
  test('get shows what was registered, and update keeps what it does not name', async () => {
    const members = {
      redirect_uris: ['https://app.example/cb'],
      response_types: ['code', 'code id_token'],
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'EdDSA',
      default_max_age: 600,
      post_logout_redirect_uris: ['https://app.example/bye'],
      'client_name#de': 'Abrechnung',
    }
    const id = String((await register(members)).client_id)
    const pick = (shown: Json) =>
      Object.fromEntries(Object.keys(members).map((name) => [name, shown[name]]))
    assert.deepEqual(pick(await place.json<Json>(['client', 'get', id])), members)
    const updated = await place.json<Json>(['client', 'update', id, '--name', 'Other'])
    assert.equal(updated.client_name, 'Other')
    assert.deepEqual(pick(updated), members)
  })

  test('an accent must be readable, and is for clients of an operator', async () => {
    const create = ['client', 'create', '--name', 'Shop', '--redirect', 'https://shop.example/cb']
    const pale = await place.run([...create, '--accent', '#ffee88'])
    assert.equal(pale.code, 2)
    assert.match(
      pale.stderr,
      /--accent #ffee88 has a contrast of 1\.\d\d in the light theme, and 4.5/,
    )
    const made = await place.json<Json>([
      ...create,
      '--accent',
      '#003366',
      '--accent-dark',
      '#9CF9CF',
    ])
    assert.deepEqual([made.accent_color, made.accent_color_dark], ['#003366', '#9cf9cf'])
    const self = String((await register({ redirect_uris: ['https://app.example/cb'] })).client_id)
    const refused = await place.run(['client', 'update', self, '--accent', '#003366'])
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /not for one that registered itself/)
  })

  test('a rotated secret of client_secret_jwt signs assertions', async () => {
    const { client_id } = await register({
      ...SERVICE,
      token_endpoint_auth_method: 'client_secret_jwt',
    })
    const id = String(client_id)
    const rotate = ['client', 'rotate-secret', id, '--yes']
    const { client_secret: secret } = await place.json<Json>(rotate)
    const ask = async () => {
      const assertion = await new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(base)
        .setExpirationTime('1m')
        .sign(Buffer.from(String(secret)))
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      })
      return (await fetch(`${base}/oauth/token`, { method: 'POST', body })).status
    }
    await settles(ask, 200)
  })

  test('without the encryption key its secret stays as it is: 1', async () => {
    const { client_id } = await register({
      ...SERVICE,
      token_endpoint_auth_method: 'client_secret_jwt',
    })
    const { code, stderr } = await place.run(
      ['client', 'rotate-secret', String(client_id), '--yes', '--database.url', DATABASE],
      { env: { OAUTH2_DATA_DIR: 'elsewhere' } },
    )
    assert.equal(code, 1)
    assert.match(stderr, /^E_SECRET_MISSING /)
  })

  test('a client with keys of its own has no secret to rotate: 4', async () => {
    const { jwk } = await clientKeyPair()
    const { client_id } = await register({
      ...SERVICE,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwk] },
    })
    const { code, stderr } = await place.run([
      ...['client', 'rotate-secret', String(client_id), '--yes'],
    ])
    assert.equal(code, 4)
    assert.match(stderr, /its own keys/)
  })
})
