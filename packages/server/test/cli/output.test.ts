import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fields, iso, relative, show, table } from '../../src/cli/output.ts'
import { FakeTerminal } from './fake-terminal.ts'

describe('output', () => {
  test('columns are aligned and hostile names stay on their line', () => {
    const text = table(
      ['ID', 'NAME'],
      [
        ['a', 'x\n\u001b[2Jy'],
        ['longer', '\u202ereversed'],
      ],
    )
    assert.deepEqual(text.split('\n'), [
      'ID      NAME',
      'a       x\\u{a}\\u{1b}[2Jy',
      'longer  \\u{202e}reversed',
    ])
  })

  test('fields that are absent are left out', () => {
    assert.equal(
      fields([
        ['a', '1'],
        ['secret', undefined],
        ['bc', '2'],
      ]),
      'a   1\nbc  2',
    )
  })

  const ENV: readonly (readonly [string, string])[] = [
    ['https://auth.example.com/a?b=c', "NAME='https://auth.example.com/a?b=c'"],
    ['plain-1.0_x', 'NAME=plain-1.0_x'],
    ['two words', "NAME='two words'"],
    ["it's $HOME `x`", "NAME='it'\\''s $HOME `x`'"],
    ['', 'NAME='],
  ]
  for (const [value, line] of ENV) {
    test(`an env line of ${JSON.stringify(value)}`, () => {
      const terminal = new FakeTerminal()
      show(terminal, 'env', {
        table: () => '',
        json: () => ({}),
        env: () => ({ NAME: value, ABSENT: undefined }),
      })
      assert.equal(terminal.stdout, `${line}\n`)
    })
  }

  test('a line break cannot be an env line', () => {
    const view = { table: () => '', json: () => ({}), env: () => ({ NAME: 'a\nB=1' }) }
    assert.throws(() => show(new FakeTerminal(), 'env', view), /line break/)
  })

  test('times for people and programs', () => {
    assert.equal(iso(1_790_000_000), '2026-09-21T14:13:20Z')
    assert.deepEqual([0, 59, -61, 7_200, -86_400 * 3].map(relative), [
      'now',
      'in 59 s',
      '1 min ago',
      'in 2 h',
      '3 d ago',
    ])
  })
})
