import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Change, hashSecret, type SecretHash } from '@grantd/domain'
import { assertFrozen, clash, suiteOn, write } from './harness.ts'
import {
  aClient,
  aCode,
  aFamily,
  aKey,
  anAuditRecord,
  anInitialAccessToken,
  aRefreshToken,
  aSession,
  aSetupLink,
  aToken,
  aUser,
  NOW,
} from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

/** A unit is written whole, in order, or not at all. */
export function atomicitySuite(target: ConformanceTarget): void {
  suiteOn(target, 'units of work', (storage) => {
    test('an empty unit is committed', async () => {
      await write(storage())
    })

    test('changes of a unit apply in order and see each other', async () => {
      const user = aUser({ role: 'user' })
      const second = { ...user, username: 'second', version: 2 }
      await write(
        storage(),
        { kind: 'user.insert', user },
        { kind: 'user.update', user: second },
        { kind: 'user.update', user: { ...second, username: 'third', version: 3 } },
      )
      assert.equal((await storage().users.find(user.id))?.username, 'third')
    })

    for (const [kind, insert] of inserts()) {
      test(`${kind} twice is a conflict that writes nothing of its unit`, async () => {
        await write(storage(), insert)
        const record = anAuditRecord()
        await clash(storage(), { kind: 'audit.insert', record }, insert)
        const stored = await storage().audit.list({ limit: 500 })
        assert.ok(!stored.some(({ id }) => id === record.id))
      })
    }

    test('a conflict in one of many concurrent units leaves the others alone', async () => {
      const token = aToken()
      const tokens = Array.from({ length: 20 }, () => aToken())
      await write(storage(), { kind: 'token.insert', token })
      const results = await Promise.allSettled(
        [...tokens, token].map((each) => storage().commit([{ kind: 'token.insert', token: each }])),
      )
      assert.deepEqual(
        results.map(({ status }) => status),
        [...tokens.map(() => 'fulfilled'), 'rejected'],
      )
      for (const { id } of tokens) assert.ok(await storage().tokens.find(id))
    })

    test('text of any script and 64 KiB comes back unchanged', async () => {
      const long = 'æøå漢字🔑\u0000"\\'.repeat(5_000)
      const user = aUser({ username: long, usernameKey: `key ${long}` })
      await write(storage(), { kind: 'user.insert', user })
      assert.deepEqual(await storage().users.find(user.id), user)
      const key = aKey({ publicJwk: 'x'.repeat(65_536) })
      await write(storage(), { kind: 'key.insert', key })
      assert.deepEqual(
        (await storage().keys.list()).find(({ kid }) => kid === key.kid),
        key,
      )
    })

    test('digests with every byte value come back unchanged', async () => {
      const hashes = [0x00, 0x7f, 0x80, 0xff].map(
        (byte) => Buffer.alloc(32, byte).toString('base64url') as SecretHash,
      )
      for (const hash of [...hashes, hashSecret('x')]) {
        const token = aToken({ hash })
        await write(storage(), { kind: 'token.insert', token })
        assert.equal((await storage().tokens.find(token.id))?.token.hash, hash)
      }
    })

    test('values are frozen, and a caller changing its own later changes nothing stored', async () => {
      const audience = ['https://one.example/']
      const token = aToken({ audience })
      const client = aClient()
      await write(storage(), { kind: 'token.insert', token }, { kind: 'client.insert', client })
      audience.push('https://evil.example/')
      const status = await storage().tokens.find(token.id)
      assertFrozen(status)
      assert.deepEqual(status?.token.audience, ['https://one.example/'])
      assertFrozen(await storage().clients.find(client.id))
    })

    test('versions grow by each change of their kind and by nothing else', async () => {
      const start = await storage().versions()
      const client = aClient()
      const key = aKey()
      await write(storage(), { kind: 'client.insert', client })
      await write(storage(), { kind: 'client.update', client: { ...client, version: 2 } })
      await write(storage(), { kind: 'client.delete', clientId: client.id })
      await write(storage(), { kind: 'key.insert', key })
      const [from, to] = ['next', 'active'] as const
      await write(storage(), { kind: 'key.transition', kid: key.kid, from, to, at: NOW })
      await storage().commit([{ kind: 'key.transition', kid: key.kid, from, to, at: NOW }])
      await write(storage(), { kind: 'token.insert', token: aToken() })
      const { clients, keys } = await storage().versions()
      assert.deepEqual([clients - start.clients, keys - start.keys], [3, 2])
    })
  })
}

function inserts(): readonly (readonly [string, Change])[] {
  const changes: readonly Change[] = [
    { kind: 'client.insert', client: aClient() },
    { kind: 'user.insert', user: aUser() },
    { kind: 'session.insert', session: aSession() },
    { kind: 'code.insert', code: aCode() },
    { kind: 'family.insert', family: aFamily() },
    { kind: 'token.insert', token: aToken() },
    { kind: 'refresh.insert', refreshToken: aRefreshToken() },
    { kind: 'key.insert', key: aKey() },
    { kind: 'initialAccessToken.insert', token: anInitialAccessToken() },
    { kind: 'setupLink.insert', link: aSetupLink() },
    { kind: 'audit.insert', record: anAuditRecord() },
  ]
  return changes.map((change) => [change.kind, change])
}
