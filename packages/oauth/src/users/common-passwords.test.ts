import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCommonPassword } from './common-passwords.ts'

describe('passwords that guessers try first', () => {
  for (const password of [
    'qwertyuiop',
    'QWERTYUIOP',
    'password1234',
    'passwordpassword',
    '1234567890123',
    'abcdefghijklm',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    '!!football2024!!',
    '121212121212',
  ]) {
    test(password, () => assert.equal(isCommonPassword(password), true))
  }

  test('a word of the person counts too', () => {
    assert.equal(isCommonPassword('lovelace2024', ['lovelace']), true)
    assert.equal(isCommonPassword('lovelace2024'), false)
  })

  for (const password of [
    'correct horse battery',
    'seven football players sing',
    'Zk4#pQ9!xV2m',
    '7391804625174',
    '🐎🔋📎 correct horse',
  ]) {
    test(`not ${password}`, () => assert.equal(isCommonPassword(password), false))
  }
})
