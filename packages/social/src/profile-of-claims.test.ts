import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { profileOfClaims } from './profile-of-claims.ts'

const CLAIMS = { iss: 'https://accounts.example', sub: 'subject-1' }
const profileOf = (claims: object) => profileOfClaims({ ...CLAIMS, ...claims }, {})

describe('a profile', () => {
  test('has no text that a database cannot hold as it is', () => {
    for (const name of ['Ada\0', 'half a pair \ud83d', 'x'.repeat(1_001), '', 7, null]) {
      assert.equal(profileOf({ name }).name, undefined)
    }
    assert.equal(profileOf({ name: 'Ada 👩' }).name, 'Ada 👩')
  })

  test('is refused where the subject is such a text: two of them could become one', () => {
    for (const sub of ['a\0', 'a\ud83d', 'a\ud83e', '', 'x'.repeat(256), 7, undefined]) {
      assert.throws(() => profileOf({ sub }), { name: 'UpstreamError', reason: 'not_believed' })
    }
    assert.equal(profileOf({ sub: 'x'.repeat(255) }).subject.length, 255)
  })
})
