// `grantd dev --preset conformance`, as somebody with a conformance suite starts it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ALL_CLAIMS } from '../../src/cli/conformance-person.ts'
import { Place, start } from './cli.ts'

const json = async (reply: Response) => (await reply.json()) as Record<string, string>
const DEV = ['dev', '--preset', 'conformance', '--server.port', '0']

describe('grantd dev --preset conformance', () => {
  test('opens what the suite needs, with an account that has every claim', async () => {
    using place = new Place()
    await using dev = await start(place, [...DEV, '--json'], '"issuer"')
    const { base_url: base, demo } = JSON.parse(dev.stdout.split('\n', 1)[0] ?? '')
    const found = await json(await fetch(`${base}/.well-known/openid-configuration`))
    assert.ok(found.check_session_iframe)
    const made = await fetch(found.registration_endpoint ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Suite', redirect_uris: ['https://suite.example/cb'] }),
    })
    const client = await json(made)
    assert.equal(client.scope, 'openid profile email address phone')
    const query = new URLSearchParams({
      client_id: client.client_id ?? '',
      redirect_uri: 'https://suite.example/cb',
      response_type: 'code',
      scope: 'openid',
    })
    const asked = await fetch(`${found.authorization_endpoint}?${query}`, { redirect: 'manual' })
    assert.match(String(asked.headers.get('location')), /^\/auth\/login/, 'no PKCE is no error')
    assert.equal(demo.conformance.username, 'conformance')
    const users = await place.json<{ username: string }[]>(['user', 'list', '--dev'])
    assert.ok(users.some(({ username }) => username === 'conformance'))
  })

  test('the same password after a restart, and no such account without the preset', async () => {
    using place = new Place()
    const passwordOf = async (args: readonly string[]): Promise<string | undefined> => {
      await using dev = await start(place, [...args, '--json'], '"issuer"')
      return JSON.parse(dev.stdout.split('\n', 1)[0] ?? '').demo.conformance?.password
    }
    const first = await passwordOf(DEV)
    assert.ok(first)
    assert.equal(await passwordOf(DEV), first)
    assert.equal(await passwordOf(['dev', '--server.port', '0']), undefined)
  })

  test('is refused where others reach the server, and by a word that is no preset', async () => {
    using place = new Place()
    const env = { OAUTH2_PUBLIC_URL: 'https://op.example.com' }
    const { code, stderr } = await place.run(DEV, { env })
    assert.equal(code, 1)
    assert.match(stderr, /E_CONFIG_CONFORMANCE/)
    assert.match(stderr, /OAUTH2_CONFORMANCE_ALLOW_REMOTE=1/)
    const unknown = await place.run(['dev', '--preset', 'conformence'])
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /conformance/)
  })

  test('its person leaves no standard claim out', () => {
    assert.ok(Object.values(ALL_CLAIMS).every((value) => value !== undefined))
    assert.equal(Object.keys(ALL_CLAIMS).length, 17)
  })
})
