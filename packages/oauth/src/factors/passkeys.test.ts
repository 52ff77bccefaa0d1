import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESTORE_EPOCH, systemRandom } from '@grantd/domain'
import { FixedClock } from '@grantd/testkit'
import { FormGuards } from '../form-guard.ts'
import { challengeGuard, passkeyChallenge } from './passkeys.ts'

test('T44 a challenge from before a restore is answered by nobody: its answer may have been used', async () => {
  const clock = new FixedClock()
  const forms = new FormGuards({ sessionKey: Buffer.alloc(32, 1), clock, random: systemRandom })
  const notes = new Map<string, string>()
  const storage = { notes: { find: async (name: string) => notes.get(name) } }
  const services = { forms, clock, storage }
  const challenge = passkeyChallenge('passkey.sign_in', 'a browser', { forms })
  const guard = () => challengeGuard('passkey.sign_in', 'a browser', challenge, services)
  assert.equal((await guard())?.kind, 'once.use')
  clock.advance(60)
  notes.set(RESTORE_EPOCH, String(clock.nowMs() / 1_000))
  assert.equal(await guard(), undefined)
})
