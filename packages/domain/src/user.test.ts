import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from './secret.ts'
import { foldName } from './user.ts'

describe('one key for all spellings of a name (T153)', () => {
  for (const twin of ['Ada', ' ada ', 'ADA', 'ａｄａ', 'a\u200bda', 'ada.', '\ufeffada']) {
    test(`${JSON.stringify(twin)} is ada`, () => assert.equal(foldName(twin), 'ada'))
  }
})

test('a secret prints as [secret] wherever it is shown', () => {
  const secret = new Secret('hunter2')
  assert.equal(`${secret}`, '[secret]')
  assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}')
  assert.ok(!inspect({ secret }).includes('hunter2'))
  assert.equal(secret.reveal(), 'hunter2')
})
