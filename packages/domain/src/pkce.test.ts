import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { type CodeChallenge, NO_CHALLENGE, parseCodeChallenge, verifyPkce } from './pkce.ts'

const challengeOf = (verifier: string): CodeChallenge =>
  createHash('sha256').update(verifier).digest('base64url') as CodeChallenge

describe('RFC 7636 §4.1 code_verifier (T58 T60)', () => {
  test('the example of appendix B verifies', () => {
    assert.doesNotThrow(() =>
      verifyPkce(
        'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' as CodeChallenge,
      ),
    )
  })
  for (const [why, verifier] of [
    ['missing', undefined],
    ['of 42 characters, even when its hash matches', 'a'.repeat(42)],
    ['of 129 characters', 'a'.repeat(129)],
    ['of a million characters', 'a'.repeat(1_000_000)],
    ['with a character outside the unreserved set', `${'a'.repeat(42)}+`],
    ['with a line break at its end', `${'a'.repeat(43)}\n`],
  ] as const) {
    test(`a verifier ${why} is refused`, () => {
      assert.throws(() => verifyPkce(verifier, challengeOf(verifier ?? '')), {
        code: 'invalid_grant',
      })
    })
  }
  test('T59 without a challenge no verifier is taken, and none is needed', () => {
    verifyPkce(undefined, NO_CHALLENGE)
    assert.throws(() => verifyPkce('a'.repeat(43), NO_CHALLENGE), { code: 'invalid_grant' })
  })
  test('another verifier is refused', () => {
    assert.throws(() => verifyPkce('b'.repeat(43), challengeOf('a'.repeat(43))), {
      code: 'invalid_grant',
    })
  })
})

describe('RFC 7636 §4.3 code_challenge (T13 T14 T15)', () => {
  const good = challengeOf('a'.repeat(43))
  test('S256 with 43 characters is accepted', () =>
    assert.equal(parseCodeChallenge(good, 'S256'), good))
  for (const [why, challenge, method] of [
    ['no challenge', undefined, 'S256'],
    ['no method: its default is plain', good, undefined],
    ['plain', good, 'plain'],
    ['s256 in lower case', good, 's256'],
    ['padding', `${good}=`, 'S256'],
    ['44 characters', `${good}A`, 'S256'],
    ['a plus sign', `+${good.slice(1)}`, 'S256'],
    ['an ending that no hash has', `${good.slice(0, 42)}B`, 'S256'],
  ] as const) {
    test(`${why} is refused`, () => {
      assert.throws(() => parseCodeChallenge(challenge, method), { code: 'invalid_request' })
    })
  }
})
