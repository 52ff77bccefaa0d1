import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mintCredential, PREFIX, parseCredential } from './credential.ts'
import { type CodeId, IdMaker, idTimeMs, lowestIdAt } from './ids.ts'
import { systemRandom } from './random.ts'

const ids = new IdMaker({ clock: { nowMs: () => 1_700_000_000_000 }, random: systemRandom })

describe('opaque credentials (T55)', () => {
  const id = ids.next<CodeId>()
  const { value, secretHash } = mintCredential(PREFIX.authorizationCode, id, systemRandom)
  test('what was minted reads back', () => {
    assert.deepEqual(parseCredential(PREFIX.authorizationCode, value), { id, secretHash })
  })
  test('another kind of credential is never read as this one', () => {
    for (const prefix of Object.values(PREFIX)) {
      if (prefix !== PREFIX.authorizationCode)
        assert.equal(parseCredential(prefix, value), undefined)
    }
  })
  for (const [why, text] of [
    ['truncated', value.slice(0, -1)],
    ['extended', `${value}A`],
    ['with a space', ` ${value}`],
    ['without its dot', value.replace('.', '')],
    ['with an id that is not canonical', value.replace(id, `${id.slice(0, 21)}B`)],
  ] as const) {
    test(`a credential ${why} is not read`, () => {
      assert.equal(parseCredential(PREFIX.authorizationCode, text), undefined)
    })
  }
  test('a flipped case of the secret is another secret', () => {
    const flipped = value.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
    assert.notEqual(parseCredential(PREFIX.authorizationCode, flipped)?.secretHash, secretHash)
  })
})

describe('time-ordered ids (RFC 9562 §5.7)', () => {
  test('ids of one millisecond stay in order, also when the clock steps back', () => {
    let now = 1_700_000_000_000
    const maker = new IdMaker({ clock: { nowMs: () => now }, random: systemRandom })
    const made: string[] = []
    for (let index = 0; index < 10_000; index++) {
      if (index === 5_000) now -= 60_000
      made.push(Buffer.from(maker.next<CodeId>(), 'base64url').toString('hex'))
    }
    assert.deepEqual(made, [...made].sort())
    assert.equal(new Set(made).size, made.length)
  })
  test('an id tells its time, version and variant', () => {
    const bytes = Buffer.from(ids.next<CodeId>(), 'base64url')
    assert.equal((bytes[6] ?? 0) >> 4, 7)
    assert.equal((bytes[8] ?? 0) >> 6, 2)
    assert.ok(idTimeMs(ids.next<CodeId>()) >= 1_700_000_000_000)
    assert.equal(idTimeMs(lowestIdAt(5)), 5)
  })
})
