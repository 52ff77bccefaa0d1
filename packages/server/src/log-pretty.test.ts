import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { prettyAccessLine, prettyLine } from './log-pretty.ts'

const at = new Date('2026-11-02T12:00:01.234Z')
const file = { isTTY: false }

describe('log lines for people', () => {
  test('time, level, message, then the fields', () => {
    const line = prettyLine({
      level: 'warn',
      message: 'refresh token was used again',
      fields: { client: 'demo', count: 3, note: 'two words', gone: undefined },
      stream: file,
      at,
    })
    assert.equal(
      line,
      '12:00:01.234 WARN  refresh token was used again  client=demo count=3 note="two words"',
    )
  })

  test('an error comes with its stack, indented below', () => {
    const line = prettyLine({
      level: 'error',
      message: 'it broke',
      fields: { err: new Error('why') },
      stream: file,
      at,
    })
    const [head, first, second] = line.split('\n')
    assert.equal(head, '12:00:01.234 ERROR it broke')
    assert.equal(first, '    Error: why')
    assert.match(second ?? '', /^ {8}at /)
  })

  test('a request is one line', () => {
    const entry = { method: 'POST', path: '/oauth/token', status: 200, ms: 3.1, ip: '127.0.0.1' }
    assert.equal(
      prettyAccessLine(entry, file, at),
      '12:00:01.234 200 POST /oauth/token  3.1 ms  127.0.0.1',
    )
  })

  test('T34 what a stranger sent cannot forge a line or move the cursor', () => {
    const entry = { method: 'GET', path: '/a\n\u001b[2J\u202e', status: 404, ms: 1, ip: '::1' }
    const line = prettyAccessLine(entry, file, at)
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u)
    const fields = { name: 'a\nb' }
    assert.match(
      prettyLine({ level: 'info', message: 'x', fields, stream: file, at }),
      /name="a\\nb"/,
    )
  })

  test('colours are for terminals', () => {
    const line = prettyLine({
      level: 'info',
      message: 'x',
      fields: {},
      stream: { isTTY: true },
      at,
    })
    assert.equal(line.includes('\u001b['), !process.env.NO_COLOR)
  })
})
