import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type Change, epochSeconds, parseScope, type TokenFamily } from '@grantd/domain'
import { suiteOn, write } from './harness.ts'
import { aCode, aFamily, aRefreshToken, aSession, aToken, aUser, BEFORE, NOW } from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

/** Codes, families, access tokens and refresh tokens. */
export function grantSuite(target: ConformanceTarget): void {
  suiteOn(target, 'codes', (storage) => {
    test('a code reads back and shows when it was used', async () => {
      const code = aCode()
      const bare = aCode({
        sessionId: undefined,
        nonce: undefined,
        resources: [],
        amr: [],
        openid: {},
      })
      await write(storage(), { kind: 'code.insert', code }, { kind: 'code.insert', code: bare })
      assert.deepEqual(await storage().codes.find(code.id), code)
      assert.deepEqual(await storage().codes.find(bare.id), bare)
      await write(storage(), { kind: 'code.consume', id: code.id, at: NOW })
      assert.equal((await storage().codes.find(code.id))?.usedAt, NOW)
    })

    test('a code can be burnt after its expiry', async () => {
      const code = aCode({ expiresAt: BEFORE })
      await write(storage(), { kind: 'code.insert', code })
      await write(storage(), { kind: 'code.burn', id: code.id, at: NOW })
      assert.equal((await storage().codes.find(code.id))?.usedAt, NOW)
    })

    test('the unused codes of a person and a client are spent together, and no others', async () => {
      const { userId, clientId } = aCode()
      const mine = { userId, clientId }
      const codes = [
        aCode(mine),
        aCode(mine),
        aCode({ ...mine, usedAt: BEFORE }),
        aCode({ userId }),
        aCode({ clientId }),
      ]
      for (const code of codes) await write(storage(), { kind: 'code.insert', code })
      const since = epochSeconds(0)
      await write(storage(), { kind: 'code.burnByUserAndClient', ...mine, since, at: NOW })
      const found = await Promise.all(codes.map(({ id }) => storage().codes.find(id)))
      assert.deepEqual(
        found.map((code) => code?.usedAt),
        [NOW, NOW, BEFORE, undefined, undefined],
      )
    })
  })

  suiteOn(target, 'families', (storage) => {
    test('a family reads back, and a live one lets a unit go on', async () => {
      const family = aFamily({ openid: { acr: '2', claims: { userinfo: { name: {} } } } })
      const bare = aFamily({ sessionId: undefined, amr: [] })
      await write(storage(), { kind: 'family.insert', family })
      await write(storage(), { kind: 'family.insert', family: bare })
      assert.deepEqual(await storage().families.find(family.id), family)
      assert.deepEqual(await storage().families.find(bare.id), bare)
      await write(storage(), { kind: 'family.requireLive', id: family.id })
    })

    test('a revoked family stays revoked from its first moment', async () => {
      const family = aFamily()
      await write(storage(), { kind: 'family.insert', family })
      await write(storage(), { kind: 'family.revoke', id: family.id, at: NOW })
      await write(storage(), { kind: 'family.revoke', id: family.id, at: after(NOW, 9) })
      assert.equal((await storage().families.find(family.id))?.revokedAt, NOW)
    })

    test('all families of a session are listed, whatever became of them', async () => {
      const { id: sessionId } = aSession()
      const older = aFamily({ sessionId, revokedAt: BEFORE })
      const newer = aFamily({ sessionId, scope: parseScope('openid offline_access') })
      for (const family of [older, newer, aFamily(), aFamily({ sessionId: undefined })])
        await write(storage(), { kind: 'family.insert', family })
      assert.deepEqual(await storage().families.listBySession(sessionId), [newer, older])
    })

    test('only live families are listed, newest first', async () => {
      const { id: userId } = aUser()
      const [older, newer] = [aFamily({ userId }), aFamily({ userId })]
      const families = [
        older,
        newer,
        aFamily({ userId, revokedAt: BEFORE }),
        aFamily({ userId, expiresAt: BEFORE }),
        aFamily(),
      ]
      for (const family of families) await write(storage(), { kind: 'family.insert', family })
      assert.deepEqual(await storage().families.listByUser(userId), [newer, older])
    })

    test('families end by user, by user and client, and by session unless offline', async () => {
      const { id: userId } = aUser()
      const { id: sessionId } = aSession()
      const scope = parseScope('openid offline_access')
      const nearly = parseScope('openid offlineXaccess')
      const bySession = aFamily({ sessionId })
      const alsoBySession = aFamily({ sessionId, scope: nearly })
      const offline = aFamily({ sessionId, scope })
      const byClient = aFamily({ userId })
      const byUser = aFamily({ userId })
      const other = aFamily()
      const families = [bySession, alsoBySession, offline, byClient, byUser, other]
      for (const family of families) await write(storage(), { kind: 'family.insert', family })
      const { clientId } = byClient
      const alive = async () => {
        const found = await Promise.all(families.map(({ id }) => storage().families.find(id)))
        return found.map((family) => (family?.revokedAt === undefined ? 1 : 0)).join('')
      }
      const end = async (change: Change) => {
        await write(storage(), change)
        return alive()
      }
      const at = NOW
      assert.equal(await end({ kind: 'family.revokeBySession', sessionId, at }), '001111')
      const userAndClient = { kind: 'family.revokeByUserAndClient', userId, clientId, at } as const
      assert.equal(await end(userAndClient), '001011')
      assert.equal(await end({ kind: 'family.revokeByUser', userId, at }), '001001')
    })
  })

  suiteOn(target, 'families and sessions', (storage) => {
    test('families move to another session, and end with that one', async () => {
      const [{ id: from }, { id: to }] = [aSession(), aSession()]
      const moving = aFamily({ sessionId: from })
      const ended = aFamily({ sessionId: from, revokedAt: BEFORE })
      const other = aFamily()
      for (const family of [moving, ended, other]) {
        await write(storage(), { kind: 'family.insert', family })
      }
      await write(storage(), { kind: 'family.moveSession', from, to })
      const sessionOf = async (family: TokenFamily) =>
        (await storage().families.find(family.id))?.sessionId
      assert.equal(await sessionOf(moving), to)
      assert.equal(await sessionOf(ended), to, 'its client still has to hear of the end')
      assert.equal(await sessionOf(other), other.sessionId)
      await write(storage(), { kind: 'family.revokeBySession', sessionId: to, at: NOW })
      assert.equal((await storage().families.find(moving.id))?.revokedAt, NOW)
      assert.equal((await storage().families.find(ended.id))?.revokedAt, BEFORE)
    })
  })

  suiteOn(target, 'tokens', (storage) => {
    test('a token reads back and can be revoked', async () => {
      const token = aToken()
      const bare = aToken({ audience: [] })
      await write(storage(), { kind: 'token.insert', token }, { kind: 'token.insert', token: bare })
      const active = { isFamilyRevoked: false, isUserActive: true, username: undefined }
      assert.deepEqual(await storage().tokens.find(token.id), { token, ...active })
      assert.deepEqual(await storage().tokens.find(bare.id), { token: bare, ...active })
      await write(storage(), { kind: 'token.revoke', id: token.id, at: NOW })
      await write(storage(), { kind: 'token.revoke', id: token.id, at: after(NOW, 9) })
      assert.equal((await storage().tokens.find(token.id))?.token.revokedAt, NOW)
      await write(storage(), { kind: 'token.revoke', id: aToken().id, at: NOW })
      assert.equal(await storage().tokens.find(aToken().id), undefined)
    })

    test('the end of its family shows on a token', async () => {
      const family = aFamily()
      const user = aUser({ id: family.userId })
      const token = aToken({ familyId: family.id, userId: user.id })
      await write(
        storage(),
        { kind: 'user.insert', user },
        { kind: 'family.insert', family },
        { kind: 'token.insert', token },
      )
      const { username } = user
      const live = { token, isFamilyRevoked: false, isUserActive: true, username }
      assert.deepEqual(await storage().tokens.find(token.id), live)
      await write(storage(), { kind: 'family.revoke', id: family.id, at: NOW })
      const revoked = { ...live, isFamilyRevoked: true }
      assert.deepEqual(await storage().tokens.find(token.id), revoked)
    })

    test('a disabled or absent user and an absent family show on a token', async () => {
      const user = aUser()
      const token = aToken({ userId: user.id })
      const orphan = aToken({ userId: aUser().id, familyId: aFamily().id })
      await write(storage(), { kind: 'user.insert', user })
      await write(storage(), { kind: 'token.insert', token })
      await write(storage(), { kind: 'token.insert', token: orphan })
      assert.equal((await storage().tokens.find(token.id))?.isUserActive, true)
      await write(storage(), {
        kind: 'user.update',
        user: { ...user, isEnabled: false, version: 2 },
      })
      assert.equal((await storage().tokens.find(token.id))?.isUserActive, false)
      const status = await storage().tokens.find(orphan.id)
      assert.deepEqual([status?.isUserActive, status?.isFamilyRevoked], [false, true])
      assert.equal(status?.username, undefined)
    })
  })

  suiteOn(target, 'refresh tokens', (storage) => {
    test('a refresh token comes with its family and keeps its sealed successor', async () => {
      const family = aFamily()
      const refreshToken = aRefreshToken({ familyId: family.id, clientId: family.clientId })
      const { id } = refreshToken
      await write(storage(), { kind: 'family.insert', family })
      await write(storage(), { kind: 'refresh.insert', refreshToken })
      assert.deepEqual(await storage().refreshTokens.find(id), { refreshToken, family })
      await write(storage(), { kind: 'refresh.rotate', id, at: NOW, successorSealed: 'sealed' })
      await write(storage(), { kind: 'refresh.useGrace', id, usedSince: BEFORE, maxUses: 3 })
      assert.deepEqual(await storage().refreshTokens.find(id), {
        refreshToken: { ...refreshToken, usedAt: NOW, successorSealed: 'sealed', graceUses: 1 },
        family,
      })
      assert.equal(await storage().refreshTokens.find(aRefreshToken().id), undefined)
    })
  })
}
