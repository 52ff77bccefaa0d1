import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { type KeyId, systemRandom } from '@grantd/domain'
import { ENCRYPTION_KEY, KeyStorage, keyProcess, ManualClock } from './key-storage.fixture.ts'
import { sealKey, unsealKey } from './sealed-key.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const kid = 'a-kid' as KeyId
const seal = { encryptionKey: ENCRYPTION_KEY, random: systemRandom }
const OTHER_KEY = Buffer.alloc(32, 8)

describe('sealed private keys', () => {
  test('open under the same encryption key', () => {
    assert.ok(unsealKey(sealKey(privateKey, kid, seal), kid, ENCRYPTION_KEY).equals(privateKey))
  })

  test('never look the same twice', () => {
    assert.notEqual(sealKey(privateKey, kid, seal), sealKey(privateKey, kid, seal))
  })

  const sealed = sealKey(privateKey, kid, seal)
  const cases: [string, string, KeyId, Uint8Array][] = [
    ['another encryption key', sealed, kid, OTHER_KEY],
    ['another kid (a row that was copied)', sealed, 'b-kid' as KeyId, ENCRYPTION_KEY],
    ['a changed byte', sealed.replace(/.{4}$/, 'AAAA'), kid, ENCRYPTION_KEY],
    ['a shortened text', sealed.slice(0, 30), kid, ENCRYPTION_KEY],
    ['no text', '', kid, ENCRYPTION_KEY],
    ['another version', sealed.replace('v1', 'v2'), kid, ENCRYPTION_KEY],
  ]
  for (const [title, text, id, key] of cases) {
    test(`do not open with ${title}`, () => {
      assert.throws(() => unsealKey(text, id, key), {
        code: 'E_KEYS_SEALED',
        message: /secrets\.encryption_key \(OAUTH2_ENCRYPTION_KEY\)/,
      })
    })
  }

  test('an encryption key of 31 bytes is refused', () => {
    const short = { ...seal, encryptionKey: Buffer.alloc(31) }
    assert.throws(() => sealKey(privateKey, kid, short), { code: 'E_KEYS_SETTING' })
  })

  test('a start with another encryption key stops before it creates anything', async () => {
    const storage = new KeyStorage()
    const clock = new ManualClock()
    await keyProcess(storage, clock).actor.ensure({ algorithms: ['ES256'] })
    const stranger = keyProcess(storage, clock, OTHER_KEY)
    await assert.rejects(stranger.actor.ensure({ algorithms: ['ES256', 'EdDSA'] }), {
      code: 'E_KEYS_SEALED',
    })
    assert.equal(storage.rows.size, 1)
  })
})
