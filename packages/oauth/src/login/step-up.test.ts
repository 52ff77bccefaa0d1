import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdMaker, type Session, systemClock, systemRandom, type UserId } from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { ACR } from '../tokens/acr.ts'
import { stepUpFor } from './step-up.ts'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })

async function ask(wanted: readonly string[], amr: readonly string[], hasTotp = false) {
  const storage = await openStorage('memory:')
  const id = ids.next<UserId>()
  const seed = { userId: id, seedSealed: 'sealed', lastStep: 0, createdAt: 0 as never }
  if (hasTotp) await storage.commit([{ kind: 'totp.insert', seed }])
  const session = { amr } as unknown as Session // nothing else of it is read
  return stepUpFor(wanted, { session, user: { id } }, { storage })
}

describe('step-up by the wanted context', () => {
  const once = ['pwd']
  const twice = ['pwd', 'otp', 'mfa']
  for (const [wanted, amr, hasTotp, answer] of [
    [[], once, false, 'reached'],
    [[ACR.password], once, false, 'reached'],
    [[ACR.password], twice, true, 'reached'],
    [[ACR.twoFactors], twice, true, 'reached'],
    [[ACR.twoFactors, ACR.password], once, true, 'reached'],
    [[ACR.twoFactors], once, true, 'sign_in'],
    [[ACR.twoFactors], once, false, 'add_factor'],
    [['urn:other'], once, true, 'unreachable'],
    [['urn:other', ACR.twoFactors], once, true, 'sign_in'],
  ] as const) {
    test(`${wanted.join(' ') || 'nothing'} with ${amr.join(' ')}: ${answer}`, async () => {
      assert.equal(await ask(wanted, amr, hasTotp), answer)
    })
  }
})
