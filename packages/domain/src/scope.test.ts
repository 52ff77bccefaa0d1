import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isPrivilegedScope, isSubsetOf, narrowScope, parseScope } from './scope.ts'

describe('RFC 6749 §3.3 scope (T17)', () => {
  test('words are kept in order and once', () =>
    assert.equal(parseScope('write read write'), 'write read'))
  for (const text of [
    '',
    ' read',
    'read ',
    'read  write',
    'read\twrite',
    'a"b',
    'a\\b',
    'é',
    'a\u0000',
  ]) {
    test(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parseScope(text), { code: 'invalid_scope' })
    })
  }
  test('ten thousand words are refused in linear time', () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `s${index}`).join(' ')
    const start = performance.now()
    assert.throws(() => parseScope(text), { code: 'invalid_scope' })
    assert.ok(performance.now() - start < 50)
  })
  test('narrowing never widens', () => {
    const allowed = parseScope('read write')
    assert.equal(narrowScope(parseScope('write'), allowed), 'write')
    assert.throws(() => narrowScope(parseScope('read admin'), allowed), { code: 'invalid_scope' })
    assert.ok(isSubsetOf(parseScope('write read'), allowed))
  })
  test('admin is privileged in every spelling; write is not', () => {
    assert.ok(isPrivilegedScope('Admin') && isPrivilegedScope('admin:users'))
    assert.ok(!isPrivilegedScope('write') && !isPrivilegedScope('administrator'))
  })
})
