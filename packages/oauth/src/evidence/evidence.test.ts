import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  after,
  IdMaker,
  nowSeconds,
  type Session,
  systemRandom,
  type User,
  type UserId,
} from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { FixedClock } from '@grantd/testkit'
import { issueTicket } from '../tickets/tickets.ts'
import { MailProof, RECENT_SECONDS, RecentAuthentication } from './evidence.ts'

async function world() {
  const clock = new FixedClock()
  const ids = new IdMaker({ clock, random: systemRandom })
  const storage = await openStorage('memory:', { clock })
  const id = ids.next<UserId>()
  const at = nowSeconds(clock)
  const user = { id, version: 3 } as unknown as User // a proof reads no more of it
  const session = (amr: readonly string[], authTime = at) =>
    ({ id: ids.next(), userId: id, amr, authTime }) as unknown as Session
  return { clock, ids, storage, user, session, at, random: systemRandom }
}

describe('evidence', () => {
  test('a recent sign-in ends after five minutes and holds the session as a guard', async () => {
    const { clock, user, session, at, ...services } = await world()
    const signedIn = { user, session: session(['pwd'], after(at, -RECENT_SECONDS)) }
    const proof = await RecentAuthentication.check(signedIn, { ...services, clock })
    assert.deepEqual(proof?.changes, [{ kind: 'session.requireLive', id: signedIn.session.id }])
    clock.advance(1)
    assert.equal(await RecentAuthentication.check(signedIn, { ...services, clock }), undefined)
  })

  test('a sign-in with one factor is none for an account with two', async () => {
    const services = await world()
    const { user, session, storage } = services
    const seed = { userId: user.id, seedSealed: 'sealed', lastStep: 0, createdAt: services.at }
    await storage.commit([{ kind: 'totp.insert', seed }])
    const check = (amr: readonly string[]) =>
      RecentAuthentication.check({ user, session: session(amr) }, services)
    assert.equal(await check(['pwd']), undefined)
    assert.ok(await check(['pwd', 'otp', 'mfa']))
  })

  test('a mail proof is of one purpose, and its guard spends the ticket', async () => {
    const services = await world()
    const { user, storage } = services
    const { value, change } = issueTicket('verify_email', { user, email: 'a@x.example' }, services)
    await storage.commit([change])
    assert.equal(await MailProof.check('reset_password', value, services), undefined)
    const proof = await MailProof.check('verify_email', value, services)
    assert.equal(proof?.email, 'a@x.example')
    assert.deepEqual(await storage.commit(proof?.changes ?? []), { outcome: 'committed' })
    assert.deepEqual(await storage.commit(proof?.changes ?? []), { outcome: 'refused', index: 0 })
    assert.equal(await MailProof.check('verify_email', value, services), undefined)
  })
})
