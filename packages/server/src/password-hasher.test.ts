import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PasswordHash } from '@grantd/domain'
import * as nodeArgon2 from './argon2-node.ts'
import { createPasswordHasher, type HasherOptions, loadNative } from './password-hasher.ts'

const PASSWORD = 'correct horse battery'
const unavailable: HasherOptions['load'] = () =>
  Promise.reject(new Error('Cannot find native binding.\nRequire stack: …'))

/** RFC 9106 §3.1, in the PHC form. */
const FORM = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/

describe('passwords', () => {
  const ways = [
    ['by the native package', {}],
    ['by Node itself', { load: unavailable }],
  ] as const
  for (const [title, options] of ways) {
    test(`a hash made ${title} is an Argon2id string and proves its password alone`, async () => {
      const hasher = await createPasswordHasher(options)
      const hash = await hasher.hash(PASSWORD)
      assert.match(hash, FORM)
      assert.equal(await hasher.verify(PASSWORD, hash), true)
      assert.equal(await hasher.verify(`${PASSWORD}!`, hash), false)
      assert.equal(await hasher.verify(PASSWORD, undefined), false)
      assert.equal(hasher.isOutdated(hash), false)
    })
  }

  test('each of the two implementations reads the hashes of the other', async () => {
    const native = await createPasswordHasher()
    const fallback = await createPasswordHasher({ load: unavailable })
    assert.equal(await fallback.verify(PASSWORD, await native.hash(PASSWORD)), true)
    assert.equal(await native.verify(PASSWORD, await fallback.hash(PASSWORD)), true)
  })

  test('a missing native package is told in one line', async () => {
    const lines: [object, string][] = []
    const log = { warn: (fields: object, message: string) => void lines.push([fields, message]) }
    await createPasswordHasher({ load: unavailable, log })
    assert.deepEqual(lines, [
      [
        { reason: 'Cannot find native binding.' },
        'the native Argon2 cannot be loaded; passwords are hashed by Node itself',
      ],
    ])
  })

  test('the native package loads on this platform', async () => {
    assert.match(await (await loadNative()).hash('x', COST), /^\$argon2id\$/)
  })

  test('the fall-back refuses text that is no hash', async () => {
    await assert.rejects(nodeArgon2.verify('plain', PASSWORD), /no Argon2id hash/)
  })

  test('weaker settings than today count as outdated', async () => {
    const hasher = await createPasswordHasher({ load: unavailable })
    const weak = (await nodeArgon2.hash(PASSWORD, { ...COST, timeCost: 1 })) as PasswordHash
    assert.equal(hasher.isOutdated(weak), true)
    assert.equal(await hasher.verify(PASSWORD, weak), true)
  })
})

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
