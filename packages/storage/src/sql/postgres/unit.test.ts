import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '@grantd/domain'
import {
  aClient,
  aCode,
  aConsent,
  aFamily,
  anAuditRecord,
  aRefreshToken,
  aSession,
  aToken,
  aUser,
  NOW,
} from '../../conformance/samples.ts'
import { Plan } from '../plan.ts'
import { POSTGRES_CHANGES } from './changes.ts'
import { postgresBuilder } from './dialect.ts'
import { type ColumnTypes, PreparedStatement } from './statements.ts'
import { mayShare, stepsOf } from './unit.ts'

const plan = new Plan(postgresBuilder(undefined), POSTGRES_CHANGES)
const anyType = { get: () => 'text' } as unknown as ColumnTypes // types do not matter here
const statements = plan.statements.map((text, n) => new PreparedStatement(text, n, anyType))
const steps = (...changes: Change[]) => stepsOf(plan.unitOf(changes), statements)

const audit: Change = { kind: 'audit.insert', record: anAuditRecord() }
const token: Change = { kind: 'token.insert', token: aToken() }
const family = aFamily()
const refreshToken = aRefreshToken()
const code = aCode()
const session = aSession()
const user = aUser()

describe('units that share statements', () => {
  const SHARED: readonly (readonly [string, readonly Change[]])[] = [
    ['a token alone', [token]],
    [
      'a token whose client must be enabled',
      [{ kind: 'client.requireEnabled', id: aClient().id }, token],
    ],
    [
      'the redemption of a code',
      [
        { kind: 'code.consume', id: code.id, at: NOW },
        { kind: 'family.insert', family },
        token,
        { kind: 'refresh.insert', refreshToken },
      ],
    ],
    [
      'a rotation',
      [
        { kind: 'refresh.rotate', id: refreshToken.id, at: NOW, successorSealed: 'x' },
        { kind: 'family.requireLive', id: family.id },
        token,
        { kind: 'refresh.insert', refreshToken: aRefreshToken() },
      ],
    ],
    ['a revocation', [{ kind: 'family.revoke', id: family.id, at: NOW }, audit]],
    ['a touch', [{ kind: 'session.touch', id: session.id, at: NOW }]],
    ['a replay mark', [{ kind: 'once.use', purpose: 'p', id: 'x', expiresAt: NOW }]],
  ]
  for (const [name, changes] of SHARED) {
    test(name, () => assert.equal(mayShare(steps(...changes)), true))
  }
})

describe('units that run by themselves', () => {
  const ALONE: readonly (readonly [string, readonly Change[]])[] = [
    ['writes to many rows', [{ kind: 'family.revokeByUser', userId: user.id, at: NOW }]],
    [
      'rows found by two keys',
      [{ kind: 'family.revokeByUserAndClient', userId: user.id, clientId: aClient().id, at: NOW }],
    ],
    ['a change of a client', [{ kind: 'client.insert', client: aClient() }]],
    ['what replaces a row', [{ kind: 'consent.put', consent: aConsent() }]],
    [
      'a write that waits for a guard',
      [
        { kind: 'code.burn', id: code.id, at: NOW },
        { kind: 'family.revoke', id: family.id, at: NOW },
      ],
    ],
    [
      'a guard on a row of the same unit',
      [
        { kind: 'user.insert', user },
        { kind: 'user.update', user: { ...user, version: 2 } },
      ],
    ],
  ]
  for (const [name, changes] of ALONE) {
    test(name, () => assert.equal(mayShare(steps(...changes)), false))
  }
})

test('what a unit requires is locked until its commit, what it redeems keeps its client', () => {
  const [required] = steps({ kind: 'family.requireLive', id: family.id })
  assert.match(required?.statement.one(required.values).text ?? '', /for share$/)
  const [lock] = steps({ kind: 'code.consume', id: code.id, at: NOW })
  assert.match(lock?.statement.one(lock.values).text ?? '', /^select .* for key share$/)
})
