import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DenialKind } from '@grantd/domain'
import { denialValue } from './denial-value.ts'

const READ: readonly (readonly [DenialKind, string, string])[] = [
  ['ip', ' 192.0.2.7 ', '192.0.2.7'],
  ['ip', '::ffff:192.0.2.7', '192.0.2.7'],
  ['ip', '::FFFF:c000:207', '192.0.2.7'],
  ['ip', '192.0.2.7/24', '192.0.2.0/24'],
  ['ip', '192.0.2.7/32', '192.0.2.7'],
  ['ip', '10.255.0.1/9', '10.128.0.0/9'],
  ['ip', '2001:DB8:0:0::1', '2001:db8::1'],
  ['ip', '2001:db8:5:ffff::1/48', '2001:db8:5::/48'],
  ['ip', '2001:db8::1/128', '2001:db8::1'],
  ['username', ' ADA ', 'ada'],
  ['email', 'Ada@Example.COM', 'ada@example.com'],
  ['client_id', 'https://app.example/id', 'https://app.example/id'],
  ['user_id', 'AZqzdXnAcjCQmQ7TsoBDWA', 'AZqzdXnAcjCQmQ7TsoBDWA'],
]

describe('what an entry of the denylist names', () => {
  for (const [kind, typed, value] of READ) {
    test(`${kind} ${JSON.stringify(typed)} is ${value}`, () => {
      assert.deepEqual(denialValue(kind, typed), { value })
    })
  }

  for (const [kind, typed] of [
    ['ip', ''],
    ['ip', '192.0.2'],
    ['ip', '192.0.2.7/33'],
    ['ip', '192.0.2.7/'],
    ['ip', '192.0.2.7/-1'],
    ['ip', '192.0.2.7/8/8'],
    ['ip', '0.0.0.0/0'],
    ['ip', '::/0'],
    ['ip', 'fe80::1%eth0'],
    ['ip', 'example.com'],
    ['email', 'ada'],
    ['email', 'a@b@c'],
    ['user_id', 'ada'],
    ['username', ''],
    ['client_id', 'a\nb'],
  ] as const) {
    test(`${kind} ${JSON.stringify(typed)} is refused`, () => {
      assert.ok('problem' in denialValue(kind, typed))
    })
  }
})
