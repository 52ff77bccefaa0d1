import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createWhole, replaceWhole } from './durable-file.ts'

describe('a durable file', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'grantd-file-'))
    file = path.join(folder, 'secret')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('is created once, private, and leaves no draft', () => {
    assert.equal(createWhole(file, 'first'), true)
    assert.equal(createWhole(file, 'second'), false)
    assert.equal(readFileSync(file, 'utf8'), 'first')
    assert.deepEqual(readdirSync(folder), ['secret'])
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
  })

  test('is replaced as a whole', () => {
    replaceWhole(file, 'first, and longer')
    replaceWhole(file, 'second')
    assert.equal(readFileSync(file, 'utf8'), 'second')
    assert.deepEqual(readdirSync(folder), ['secret'])
  })

  test('in a folder that is not there says so', () => {
    assert.throws(() => replaceWhole(path.join(folder, 'none', 'secret'), 'x'), { code: 'ENOENT' })
  })
})
