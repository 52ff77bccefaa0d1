// What the exchange of a code costs the database: each round trip is a millisecond with a database of
// its own machine, and no process can hide it.
import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import type { Change, Storage } from '@grantd/domain'
import { addAda, authorize, OPENID_CLIENT, redeem } from '../support/openid.ts'
import { Browser, TestServer } from '../support/server.ts'

/** Everything that is asked of the storage from now on, in order. */
function listen(storage: Storage): { readonly calls: string[]; readonly units: Change[][] } {
  const calls: string[] = []
  const units: Change[][] = []
  const watch = (owner: object, name: string, path: string) => {
    const real = Reflect.get(owner, name) as (...given: unknown[]) => unknown
    mock.method(owner as Record<string, () => unknown>, name, (...given: unknown[]) => {
      calls.push(path)
      if (path === 'commit') units.push(given[0] as Change[])
      return Reflect.apply(real, owner, given)
    })
  }
  for (const [name, member] of Object.entries(storage)) {
    if (typeof member === 'function') watch(storage, name, name)
    else if (typeof member === 'object' && member !== null)
      for (const [method, value] of Object.entries(member))
        if (typeof value === 'function') watch(member, method, `${name}.${method}`)
  }
  return { calls, units }
}

test('a claim that the ID token is to tell costs one read of the person more', async () => {
  await using server = await TestServer.start()
  await addAda(server)
  const client = await server.addClient(OPENID_CLIENT)
  const wish = { scope: 'openid email', claims: '{"id_token":{"email":null}}' }
  await redeem(server, client, await authorize(new Browser(server), client.id, wish))
  const second = await authorize(new Browser(server), client.id, wish)
  const { calls } = listen(server.assembly.storage)
  try {
    await redeem(server, client, second)
  } finally {
    mock.restoreAll()
  }
  assert.deepEqual(calls, ['codes.find', 'users.find', 'commit'])
})

describe('a code is exchanged in one read and one transaction', () => {
  for (const scope of ['openid', 'openid profile email offline_access']) {
    for (const alg of ['RS256', 'ES256']) {
      test(`with an ID token (${alg}), for ${scope}`, async () => {
        await using server = await TestServer.start()
        await addAda(server)
        const client = await server.addClient({
          ...OPENID_CLIENT,
          id_token_signed_response_alg: alg,
          grant_types: ['authorization_code', 'refresh_token'],
        })
        const first = await authorize(new Browser(server), client.id, { scope })
        await redeem(server, client, first) // the client is known from here on
        const second = await authorize(new Browser(server), client.id, { scope })
        const { calls, units } = listen(server.assembly.storage)
        try {
          const tokens = await redeem(server, client, second)
          assert.equal(typeof tokens.id_token, 'string')
          assert.equal(typeof tokens.refresh_token, 'string')
        } finally {
          mock.restoreAll()
        }
        assert.deepEqual(calls, ['codes.find', 'commit'])
        const kinds = (units[0] ?? []).map(({ kind }) => kind)
        for (const kind of ['code.consume', 'family.insert', 'token.insert', 'refresh.insert'])
          assert.ok(kinds.includes(kind as Change['kind']), kind)
      })
    }
  }
})
