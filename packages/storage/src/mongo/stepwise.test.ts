import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '@grantd/domain'
import {
  aCode,
  aFamily,
  anAuditRecord,
  aSession,
  aToken,
  aUser,
  NOW,
} from '../conformance/samples.ts'
import { stepsOf } from './changes/all.ts'
import { guardsFirst, inverse } from './stepwise.ts'

const order = (...changes: Change[]) => guardsFirst(stepsOf(changes)).map(({ index }) => index)

describe('without transactions', () => {
  test('guards go first, in their order', () => {
    const [code, family, session] = [aCode(), aFamily(), aSession()]
    assert.deepEqual(
      order(
        { kind: 'audit.insert', record: anAuditRecord() },
        { kind: 'code.consume', id: code.id, at: NOW },
        { kind: 'family.insert', family },
        { kind: 'session.requireLive', id: session.id },
        { kind: 'token.insert', token: aToken() },
      ),
      [1, 3, 0, 2, 4],
    )
  })

  test('a guard on what the unit itself writes stays behind it', () => {
    const user = aUser()
    assert.deepEqual(
      order({ kind: 'user.insert', user }, { kind: 'user.update', user: { ...user, version: 2 } }),
      [0, 1],
    )
  })

  test('what is written is taken back field by field', () => {
    const update = { $set: { usedAt: 5, name: 'new' }, $unset: { old: '' }, $inc: { count: 2 } }
    const before = { _id: 'x', name: 'former', old: 1, count: 7, other: true }
    assert.deepEqual(inverse(update, before), {
      $set: { name: 'former', old: 1 },
      $unset: { usedAt: '' },
      $inc: { count: -2 },
    })
  })
})
