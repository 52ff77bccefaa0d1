import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type Change, type Storage } from '@grantd/domain'
import { assertFrozen, clash, refuse, suiteOn, write } from './harness.ts'
import { aConsent, aFamily, anAuditRecord, aSession, aUser, BEFORE, LATER, NOW } from './samples.ts'
import {
  anIdentity,
  anOutgoingMail,
  aPasskey,
  aRecoveryCode,
  aTicket,
  aTotpSeed,
} from './samples-people.ts'
import type { ConformanceTarget } from './suite.ts'

/** Second factors, tickets, outgoing mail, the end of an account, the security log of a person. */
export function peopleSuite(target: ConformanceTarget): void {
  suiteOn(target, 'people', (storage) => {
    test('passkeys read back, one credential belongs to one account', async () => {
      const first = aPasskey()
      const second = aPasskey({ userId: first.userId, transports: [], isBackedUp: true })
      await write(storage(), { kind: 'passkey.insert', passkey: first })
      await write(storage(), { kind: 'passkey.insert', passkey: second })
      await write(storage(), { kind: 'passkey.insert', passkey: aPasskey() })
      assert.deepEqual(await storage().passkeys.find(first.credentialId), first)
      assertFrozen(await storage().passkeys.find(first.credentialId))
      assert.deepEqual(await storage().passkeys.listByUser(first.userId), [second, first])
      const stolen = aPasskey({ credentialId: first.credentialId })
      await clash(storage(), { kind: 'passkey.insert', passkey: stolen })
    })

    test('a passkey remembers its use, and only its owner renames or removes it', async () => {
      const passkey = aPasskey()
      const { id, userId } = passkey
      await write(storage(), { kind: 'passkey.insert', passkey })
      const use = { kind: 'passkey.used', id, counter: 9, isBackedUp: true, at: NOW } as const
      await refuse(storage(), 0, { ...use, counterSeen: 6 })
      await write(storage(), { ...use, counterSeen: 7 })
      const used = { ...passkey, counter: 9, isBackedUp: true, lastUsedAt: NOW }
      assert.deepEqual(await storage().passkeys.find(passkey.credentialId), used)
      const stranger = aPasskey().userId
      await refuse(storage(), 0, { kind: 'passkey.rename', id, userId: stranger, name: 'Mine' })
      await refuse(storage(), 0, { kind: 'passkey.delete', id, userId: stranger })
      await write(storage(), { kind: 'passkey.rename', id, userId, name: 'Old laptop' })
      assert.equal((await storage().passkeys.listByUser(userId))[0]?.name, 'Old laptop')
      await write(storage(), { kind: 'passkey.delete', id, userId })
      assert.equal(await storage().passkeys.find(passkey.credentialId), undefined)
    })

    test('an account has one authenticator app, whose time steps go forward only', async () => {
      const seed = aTotpSeed()
      const { userId } = seed
      await write(storage(), { kind: 'totp.insert', seed })
      await refuse(storage(), 0, { kind: 'totp.insert', seed: { ...seed, seedSealed: 'other' } })
      assert.deepEqual(await storage().totp.find(userId), seed)
      await refuse(storage(), 0, { kind: 'totp.accept', userId, step: 5 })
      await write(storage(), { kind: 'totp.accept', userId, step: 6 })
      await refuse(storage(), 0, { kind: 'totp.accept', userId, step: 6 })
      assert.equal((await storage().totp.find(userId))?.lastStep, 6)
      await write(storage(), { kind: 'totp.delete', userId })
      await refuse(storage(), 0, { kind: 'totp.delete', userId })
      assert.equal(await storage().totp.find(userId), undefined)
    })

    test('recovery codes are replaced as a whole and show which were used', async () => {
      const { userId } = aRecoveryCode()
      const old = aRecoveryCode({ userId })
      const codes = [aRecoveryCode({ userId }), aRecoveryCode({ userId })]
      const others = aRecoveryCode()
      for (const code of [old, others])
        await write(storage(), { kind: 'recoveryCode.insert', code })
      const inserts = codes.map((code): Change => ({ kind: 'recoveryCode.insert', code }))
      await write(storage(), { kind: 'recoveryCode.clear', userId }, ...inserts)
      const [first, second] = codes.toReversed()
      assert.deepEqual(await storage().recoveryCodes.listByUser(userId), [first, second])
      const id = first?.id ?? old.id
      await write(storage(), { kind: 'recoveryCode.use', id, at: NOW })
      const used = { ...first, usedAt: NOW }
      assert.deepEqual(await storage().recoveryCodes.listByUser(userId), [used, second])
      assert.deepEqual(await storage().recoveryCodes.listByUser(others.userId), [others])
    })

    test('a ticket reads back and is spent on its own purpose only', async () => {
      const ticket = aTicket()
      const { id } = ticket
      await write(storage(), { kind: 'ticket.insert', ticket })
      assert.deepEqual(await storage().tickets.find(id), ticket)
      await refuse(storage(), 0, { kind: 'ticket.use', id, purpose: 'verify_email', at: NOW })
      await write(storage(), { kind: 'ticket.use', id, purpose: 'reset_password', at: NOW })
      assert.equal((await storage().tickets.find(id))?.usedAt, NOW)
      const early = aTicket({ purpose: 'sign_up', userId: undefined, email: undefined })
      await write(storage(), { kind: 'ticket.insert', ticket: early })
      assert.deepEqual(await storage().tickets.find(early.id), early)
    })

    test('a mail is sent by whoever claims its attempt, the longest waiting first', async () => {
      const late = anOutgoingMail({ nextAttemptAt: after(BEFORE, 30) })
      const early = anOutgoingMail()
      const future = anOutgoingMail({ nextAttemptAt: LATER })
      for (const mail of [late, early, future])
        await write(storage(), { kind: 'mail.insert', mail })
      assert.deepEqual(await storage().mails.listDue(NOW, 10), [early, late])
      assert.deepEqual(await storage().mails.listDue(NOW, 1), [early])
      const claim = (attempts: number) =>
        ({ kind: 'mail.claim', id: early.id, attempts, nextAttemptAt: NOW }) as const
      await write(storage(), claim(0))
      await refuse(storage(), 0, claim(0))
      await write(storage(), { kind: 'mail.failed', id: early.id, error: 'no route' })
      const failed = { ...early, attempts: 1, nextAttemptAt: NOW, lastError: 'no route' }
      assert.deepEqual(await storage().mails.listDue(NOW, 10), [late, failed])
      await write(storage(), { kind: 'mail.delete', id: late.id })
      await write(storage(), { kind: 'mail.delete', id: late.id })
      assert.deepEqual(await storage().mails.listDue(NOW, 10), [failed])
    })

    test('a session shows where it was used last', async () => {
      const session = aSession()
      await write(storage(), { kind: 'session.insert', session })
      await write(storage(), { kind: 'session.touch', id: session.id, at: NOW, ip: '192.0.2.9' })
      assert.equal((await storage().sessions.find(session.id))?.ip, '192.0.2.9')
      await write(storage(), { kind: 'session.touch', id: session.id, at: after(NOW, 1) })
      assert.equal((await storage().sessions.find(session.id))?.ip, '192.0.2.9')
    })

    test('the security log of a person is read newest first, page by page', async () => {
      const { id: subject } = aUser()
      const records = Array.from({ length: 3 }, () => anAuditRecord({ subject }))
      for (const record of [...records, anAuditRecord(), anAuditRecord({ subject: aUser().id })])
        await write(storage(), { kind: 'audit.insert', record })
      const first = await storage().audit.listBySubject(subject, { limit: 2 })
      const after = first[1]?.id ?? ''
      const rest = await storage().audit.listBySubject(subject, { limit: 2, after })
      assert.deepEqual([...first, ...rest], records.toReversed())
    })

    test('a deleted account takes its factors, tickets and sessions along, and its name is free', async () => {
      const gone = account()
      const stays = account()
      await write(storage(), ...gone.changes, ...stays.changes)
      const end = { kind: 'user.delete', userId: gone.user.id, at: NOW } as const
      await write(storage(), end)
      await refuse(storage(), 0, end)
      assert.deepEqual(await gone.found(storage()), Array(9).fill(false))
      assert.deepEqual(await stays.found(storage()), Array(9).fill(true))
      const { username, usernameKey } = gone.user
      await write(storage(), { kind: 'user.insert', user: aUser({ username, usernameKey }) })
    })
  })
}

/** A person with one of everything. */
function account() {
  const user = aUser()
  const userId = user.id
  const passkey = aPasskey({ userId })
  const code = aRecoveryCode({ userId })
  const identity = anIdentity({ userId })
  const ticket = aTicket({ userId })
  const session = aSession({ userId })
  const consent = aConsent({ userId })
  const family = aFamily({ userId })
  const changes: readonly Change[] = [
    { kind: 'user.insert', user },
    { kind: 'passkey.insert', passkey },
    { kind: 'totp.insert', seed: aTotpSeed({ userId }) },
    { kind: 'recoveryCode.insert', code },
    { kind: 'identity.insert', identity },
    { kind: 'ticket.insert', ticket },
    { kind: 'session.insert', session },
    { kind: 'consent.put', consent },
    { kind: 'family.insert', family },
  ]
  return {
    user,
    changes,
    /** What is left; a family stays but does not live. */
    found: async (storage: Storage) => [
      (await storage.users.find(userId)) !== undefined,
      (await storage.passkeys.listByUser(userId)).length > 0,
      (await storage.totp.find(userId)) !== undefined,
      (await storage.recoveryCodes.listByUser(userId)).length > 0,
      (await storage.identities.listByUser(userId)).length > 0,
      (await storage.tickets.find(ticket.id)) !== undefined,
      (await storage.sessions.listByUser(userId)).length > 0,
      (await storage.consents.find(userId, consent.clientId)) !== undefined,
      (await storage.families.find(family.id))?.revokedAt === undefined,
    ],
  }
}
