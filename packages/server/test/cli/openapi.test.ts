import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Place } from './cli.ts'

interface Printed {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, unknown>>
}

async function printed(place: Place, ...args: readonly string[]): Promise<Printed> {
  const { code, stdout, stderr } = await place.run(['openapi', ...args])
  assert.deepEqual([code, stderr], [0, ''])
  return JSON.parse(stdout) as Printed // looked at below
}

describe('grantd openapi', () => {
  test('prints the document of the configuration, without secrets or a database', async () => {
    using place = new Place({ OAUTH2_PUBLIC_URL: 'https://id.example.com' })
    const { openapi, servers, paths } = await printed(place)
    assert.match(openapi, /^3\.1\./)
    assert.deepEqual(servers, [{ url: 'https://id.example.com' }])
    assert.ok('/oauth/token' in paths && !('/connect/register' in paths))
    const more = await printed(place, '--registration.dynamic', 'true')
    assert.ok('/connect/register' in more.paths)
  })

  test('with --dev that of grantd dev', async () => {
    using place = new Place()
    const { servers, paths } = await printed(place, '--dev')
    assert.deepEqual(servers, [{ url: 'http://localhost:8080' }])
    for (const path of ['/connect/register', '/dev/mail', '/metrics', '/swagger-ui/'])
      assert.ok(path in paths, path)
  })

  test('says what is wrong with a configuration, and prints nothing', async () => {
    using place = new Place({ OAUTH2_PUBLIC_URL: 'no url' })
    const { code, stdout, stderr } = await place.run(['openapi'])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /OAUTH2_PUBLIC_URL/)
  })
})
