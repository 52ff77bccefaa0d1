import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseEmail } from './email.ts'

describe('T162 one e-mail address', () => {
  for (const [text, address] of [
    ['ada@example.com', 'ada@example.com'],
    ['  ada@Example.COM ', 'ada@example.com'],
    ["o'brien+tag@mail.example.org", "o'brien+tag@mail.example.org"],
    ['grün@bücher.example', 'grün@xn--bcher-kva.example'],
  ] as const) {
    test(`${text} is ${address}`, () => assert.equal(parseEmail(text), address))
  }

  for (const text of [
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'a@x.example,b@y.example',
    'a@x.example;b@y.example',
    'a@b@c.example',
    'a@x.example\r\nBcc: b@y.example',
    'a@x.example\u0000',
    'a b@x.example',
    '"a b"@x.example',
    'a..b@x.example',
    '.a@x.example',
    'a@x..example',
    'a@-x.example',
    'Ada <ada@x.example>',
    'ada@x.example(comment)',
    'ada@[192.0.2.1]',
    'ada@x.example\u200b',
    `${'a'.repeat(65)}@x.example`,
    `a@${'x'.repeat(250)}.example`,
  ]) {
    test(`${JSON.stringify(text.slice(0, 40))} is none`, () =>
      assert.equal(parseEmail(text), undefined))
  }

  test('a host that looks like another one shows as what it is', () => {
    assert.equal(parseEmail('ada@exаmple.com'), 'ada@xn--exmple-4nf.com') // a Cyrillic letter
  })
})
