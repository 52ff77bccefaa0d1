import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, hashSecret } from '@grantd/domain'
import { assertFrozen, clash, refuse, suiteOn, write } from './harness.ts'
import {
  aClient,
  aCode,
  aConsent,
  aFamily,
  aRefreshToken,
  aSession,
  aToken,
  aUser,
  BEFORE,
  LATER,
  NOW,
  unique,
} from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

/** Clients, users, sessions and consents. */
export function accountSuite(target: ConformanceTarget): void {
  suiteOn(target, 'clients', (storage) => {
    test('a client reads back as it was written, with and without its optional fields', async () => {
      const full = aClient({ logoUri: 'https://l/', policyUri: 'https://p/', tosUri: 'https://t/' })
      const openid = aClient({
        secretSealed: 'v1.sealed',
        secretExpiresAt: LATER,
        registrationTokenHash: hashSecret('a registration token'),
        metadata: {
          subject_type: 'pairwise',
          response_types: ['code', 'code id_token'],
          jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] },
          localized: { 'client_name#de': 'Ein Programm' },
        },
      })
      const bare = aClient({ secretHash: undefined, clientUri: undefined, contacts: [] })
      await write(storage(), { kind: 'client.insert', client: full })
      await write(storage(), { kind: 'client.insert', client: openid })
      await write(storage(), { kind: 'client.insert', client: bare })
      assert.deepEqual(await storage().clients.find(full.id), full)
      assert.deepEqual(await storage().clients.find(openid.id), openid)
      assertFrozen(await storage().clients.find(openid.id))
      assert.deepEqual(await storage().clients.find(bare.id), bare)
      assert.equal(await storage().clients.find(aClient().id), undefined)
    })

    test('an update replaces what a client may change', async () => {
      const client = aClient()
      const changed = { ...client, name: 'New', isEnabled: false, updatedAt: NOW, version: 2 }
      await write(storage(), { kind: 'client.insert', client })
      await write(storage(), { kind: 'client.update', client: changed })
      assert.deepEqual(await storage().clients.find(client.id), changed)
    })

    test('two clients cannot share a client id', async () => {
      const client = aClient()
      await write(storage(), { kind: 'client.insert', client })
      await clash(storage(), { kind: 'client.insert', client: aClient({ id: client.id }) })
    })

    test('pages come newest first and continue after the last id', async () => {
      const made = [aClient(), aClient(), aClient()]
      for (const client of made) await write(storage(), { kind: 'client.insert', client })
      const [first, second] = await storage().clients.list({ limit: 2 })
      assert.deepEqual([first?.id, second?.id], [made[2]?.id, made[1]?.id])
      for (const last of [second?.rowId, second?.id]) {
        const [next] = await storage().clients.list({ limit: 1, after: last ?? '' })
        assert.equal(next?.id, made[0]?.id)
      }
    })

    test('deleting a client takes all that was granted to it, and nothing of others', async () => {
      const client = aClient()
      const clientId = client.id
      const mine = grantsOf(clientId)
      const other = grantsOf(aClient().id)
      await write(storage(), { kind: 'client.insert', client })
      await write(storage(), ...mine.changes, ...other.changes)
      await write(storage(), { kind: 'client.delete', clientId })
      assert.equal(await storage().clients.find(clientId), undefined)
      assert.deepEqual(await mine.found(storage()), [false, false, false, false, false, false])
      assert.deepEqual(await other.found(storage()), [true, true, true, true, true, true])
      const consume = { kind: 'code.consume', id: mine.codeId, at: NOW } as const
      assert.deepEqual(await storage().commit([consume]), { outcome: 'refused', index: 0 })
    })

    test('what requires its client is written while that is enabled, and not after it is gone', async () => {
      const client = aClient()
      const requireIt = { kind: 'client.requireEnabled', id: client.id } as const
      const token = () =>
        ({ kind: 'token.insert', token: aToken({ clientId: client.id }) }) as const
      const [early, late] = [token(), token()]
      await write(storage(), { kind: 'client.insert', client })
      await write(storage(), requireIt, early)
      assert.ok(await storage().tokens.find(early.token.id))
      await write(storage(), { kind: 'client.delete', clientId: client.id })
      await refuse(storage(), 0, requireIt, late)
      assert.equal(await storage().tokens.find(late.token.id), undefined)
    })

    test('a client id registered anew starts without the grants of the former one', async () => {
      const client = aClient()
      const former = grantsOf(client.id)
      const other = grantsOf(aClient().id)
      await write(storage(), { kind: 'client.insert', client }, ...former.changes)
      await write(storage(), ...other.changes)
      await write(storage(), { kind: 'client.delete', clientId: client.id })
      await write(storage(), { kind: 'client.insert', client: aClient({ id: client.id }) })
      const anew = grantsOf(client.id)
      await write(storage(), ...anew.changes)
      assert.deepEqual(await former.found(storage()), [false, false, false, false, false, false])
      for (const grants of [anew, other])
        assert.deepEqual(await grants.found(storage()), [true, true, true, true, true, true])
    })
  })

  suiteOn(target, 'users', (storage) => {
    test('a user reads back as it was written', async () => {
      const user = aUser({
        claims: { name: 'Ada', address: { country: 'UK' }, email_verified: true },
      })
      const bare = aUser({ email: undefined, emailKey: undefined, passwordHash: undefined })
      await write(storage(), { kind: 'user.insert', user }, { kind: 'user.insert', user: bare })
      assert.deepEqual(await storage().users.find(user.id), user)
      assert.deepEqual(await storage().users.find(bare.id), bare)
    })

    test('a login is a folded username or a folded address, the username first', async () => {
      const user = aUser()
      const impostor = aUser({ emailKey: user.usernameKey })
      await write(storage(), { kind: 'user.insert', user: impostor })
      await write(storage(), { kind: 'user.insert', user })
      assert.equal((await storage().users.findByLogin(user.usernameKey))?.id, user.id)
      assert.equal((await storage().users.findByLogin(user.emailKey ?? ''))?.id, user.id)
      assert.equal(await storage().users.findByLogin(unique('nobody')), undefined)
    })

    test('an active user and a live session let a unit go on', async () => {
      const [user, session] = [aUser(), aSession()]
      await write(storage(), { kind: 'user.insert', user }, { kind: 'session.insert', session })
      await write(
        storage(),
        { kind: 'user.requireActive', id: user.id },
        { kind: 'session.requireLive', id: session.id },
      )
    })

    test('two users cannot share a name or an address', async () => {
      const user = aUser()
      const rival = aUser()
      const { usernameKey, emailKey } = user
      await write(storage(), { kind: 'user.insert', user }, { kind: 'user.insert', user: rival })
      await clash(storage(), { kind: 'user.insert', user: aUser({ usernameKey }) })
      await clash(storage(), { kind: 'user.insert', user: aUser({ emailKey }) })
      const taken = { ...rival, usernameKey, version: 2 }
      await clash(storage(), { kind: 'user.update', user: taken })
    })

    test('administrators who may sign in are counted, and users listed newest first', async () => {
      const before = await storage().users.countAdmins()
      const locked = aUser({ role: 'admin', isEnabled: false })
      const admin = aUser({ role: 'admin' })
      const user = aUser()
      await write(storage(), { kind: 'user.insert', user: locked })
      await write(storage(), { kind: 'user.insert', user: admin })
      await write(storage(), { kind: 'user.insert', user })
      assert.equal((await storage().users.countAdmins()) - before, 1)
      const [newest] = await storage().users.list({ limit: 1 })
      const [next] = await storage().users.list({ limit: 1, after: user.id })
      assert.deepEqual([newest?.id, next?.id], [user.id, admin.id])
    })
  })

  suiteOn(target, 'sessions and consents', (storage) => {
    test('a session reads back, moves forward when touched, and ends for good', async () => {
      const session = aSession()
      const bare = aSession({ userAgent: undefined, ip: undefined, amr: [] })
      await write(storage(), { kind: 'session.insert', session })
      await write(storage(), { kind: 'session.insert', session: bare })
      assert.deepEqual(await storage().sessions.find(bare.id), bare)
      await write(storage(), { kind: 'session.touch', id: session.id, at: NOW })
      await write(storage(), { kind: 'session.touch', id: session.id, at: BEFORE })
      assert.deepEqual(await storage().sessions.find(session.id), { ...session, lastSeenAt: NOW })
      await write(storage(), { kind: 'session.revoke', id: session.id, at: NOW })
      await write(storage(), { kind: 'session.touch', id: session.id, at: after(NOW, 5) })
      const ended = { ...session, lastSeenAt: NOW, revokedAt: NOW }
      assert.deepEqual(await storage().sessions.find(session.id), ended)
    })

    test('all sessions of a user can be ended together', async () => {
      const { id: userId } = aUser()
      const sessions = [aSession({ userId }), aSession({ userId, revokedAt: BEFORE }), aSession()]
      for (const session of sessions) await write(storage(), { kind: 'session.insert', session })
      await write(storage(), { kind: 'session.revokeByUser', userId, at: NOW })
      const [newer, older] = await storage().sessions.listByUser(userId)
      assert.deepEqual([newer?.revokedAt, older?.revokedAt], [BEFORE, NOW])
      const [, , other] = sessions
      const untouched = other && (await storage().sessions.find(other.id))
      assert.equal(untouched?.revokedAt, undefined)
    })

    test('a consent replaces the former one of the same user and client', async () => {
      const consent = aConsent()
      const { userId, clientId } = consent
      const renewed = aConsent({ userId, clientId, updatedAt: NOW })
      const elsewhere = aConsent({ userId })
      await write(storage(), { kind: 'consent.put', consent })
      await write(storage(), { kind: 'consent.put', consent: renewed })
      await write(storage(), { kind: 'consent.put', consent: elsewhere })
      assert.deepEqual(await storage().consents.find(userId, clientId), renewed)
      assert.deepEqual(await storage().consents.listByUser(userId), [elsewhere, renewed])
      assert.equal(await storage().consents.find(aUser().id, clientId), undefined)
    })
  })
}

/** One of each thing that can be granted to a client. */
function grantsOf(clientId: ReturnType<typeof aClient>['id']) {
  const family = aFamily({ clientId })
  const { userId } = family
  const code = aCode({ clientId })
  const refreshToken = aRefreshToken({ clientId, familyId: family.id })
  const token = aToken({ clientId })
  const ofFamily = aToken({ clientId, familyId: family.id })
  const consent = aConsent({ clientId, userId })
  return {
    codeId: code.id,
    changes: [
      { kind: 'family.insert', family },
      { kind: 'code.insert', code },
      { kind: 'refresh.insert', refreshToken },
      { kind: 'token.insert', token },
      { kind: 'token.insert', token: ofFamily },
      { kind: 'consent.put', consent },
    ] as const,
    found: async (storage: Parameters<typeof write>[0]) =>
      (
        await Promise.all([
          storage.families.find(family.id),
          storage.codes.find(code.id),
          storage.refreshTokens.find(refreshToken.id),
          storage.tokens.find(token.id),
          storage.tokens.find(ofFamily.id),
          storage.consents.find(userId, clientId),
        ])
      ).map((value) => value !== undefined),
  }
}
