import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type CountedKind } from '@grantd/domain'
import { refuse, suiteOn, write } from './harness.ts'
import {
  aClient,
  aFamily,
  aKey,
  aLogoutDelivery,
  anAuditRecord,
  anInitialAccessToken,
  aSetupLink,
  aThrottle,
  aToken,
  BEFORE,
  LATER,
  NOW,
  unique,
} from './samples.ts'
import { anOutgoingMail } from './samples-people.ts'
import type { ConformanceTarget } from './suite.ts'

/** Keys, replay marks, registration tokens, set-up links, throttles, the audit log, life cycle. */
export function operationSuite(target: ConformanceTarget): void {
  suiteOn(target, 'operations', (storage) => {
    test('keys read back, newest first, and change state', async () => {
      const older = aKey({ createdAt: BEFORE })
      const newer = aKey({ createdAt: NOW, algorithm: 'RS256' })
      await write(storage(), { kind: 'key.insert', key: newer }, { kind: 'key.insert', key: older })
      assert.deepEqual(await storage().keys.list(), [newer, older])
      const [from, to] = ['next', 'active'] as const
      await write(storage(), { kind: 'key.transition', kid: older.kid, from, to, at: NOW })
      const [, changed] = await storage().keys.list()
      assert.deepEqual(changed, { ...older, state: 'active', stateChangedAt: NOW })
    })

    test('an id is used once for each purpose', async () => {
      const id = unique('jti')
      const use = (purpose: string) =>
        ({ kind: 'once.use', purpose, id, expiresAt: LATER }) as const
      await write(storage(), use('client assertion'), use('dpop'))
      await refuse(storage(), 0, use('client assertion'))
      await refuse(storage(), 1, use('request object'), use('dpop'))
      await write(storage(), use('request object'))
    })

    test('a registration token counts its uses down', async () => {
      const token = anInitialAccessToken({ usesLeft: 2 })
      const { id } = token
      await write(storage(), { kind: 'initialAccessToken.insert', token })
      assert.deepEqual(await storage().initialAccessTokens.find(id), token)
      await write(storage(), { kind: 'initialAccessToken.use', id, at: NOW })
      assert.equal((await storage().initialAccessTokens.find(id))?.usesLeft, 1)
    })

    test('a set-up link reads back and shows when it was used', async () => {
      const link = aSetupLink()
      await write(storage(), { kind: 'setupLink.insert', link })
      assert.deepEqual(await storage().setupLinks.find(link.id), link)
      await write(storage(), { kind: 'setupLink.use', id: link.id, at: NOW })
      assert.equal((await storage().setupLinks.find(link.id))?.usedAt, NOW)
    })

    test('a throttle counts up from what was seen and can be cleared', async () => {
      const throttle = aThrottle({ failures: 1 })
      const { key } = throttle
      const second = { ...throttle, failures: 2, blockedUntil: NOW }
      await write(storage(), { kind: 'throttle.put', throttle, seen: 0 })
      assert.deepEqual(await storage().throttles.find(key), throttle)
      await refuse(storage(), 0, { kind: 'throttle.put', throttle: second, seen: 0 })
      await write(storage(), { kind: 'throttle.put', throttle: second, seen: 1 })
      assert.deepEqual(await storage().throttles.find(key), second)
      await write(storage(), { kind: 'throttle.clear', key })
      assert.equal(await storage().throttles.find(key), undefined)
      await write(storage(), { kind: 'throttle.clear', key })
    })

    test('a logout is delivered by whoever claims its attempt, the longest waiting first', async () => {
      const late = aLogoutDelivery({ nextAttemptAt: after(BEFORE, 30) })
      const early = aLogoutDelivery({ nextAttemptAt: BEFORE })
      const future = aLogoutDelivery({ nextAttemptAt: LATER })
      for (const delivery of [late, early, future])
        await write(storage(), { kind: 'logoutDelivery.insert', delivery })
      assert.deepEqual(await storage().logoutDeliveries.listDue(NOW, 10), [early, late])
      assert.deepEqual(await storage().logoutDeliveries.listDue(NOW, 1), [early])
      const claim = (attempts: number) =>
        ({ kind: 'logoutDelivery.claim', id: early.id, attempts, nextAttemptAt: NOW }) as const
      await write(storage(), claim(0))
      await refuse(storage(), 0, claim(0))
      const claimed = { ...early, attempts: 1, nextAttemptAt: NOW }
      assert.deepEqual(await storage().logoutDeliveries.listDue(NOW, 10), [late, claimed])
      await write(storage(), { kind: 'logoutDelivery.delete', id: late.id })
      await write(storage(), { kind: 'logoutDelivery.delete', id: late.id })
      assert.deepEqual(await storage().logoutDeliveries.listDue(NOW, 10), [claimed])
    })

    test('the audit log is read newest first, page by page', async () => {
      const records = [
        anAuditRecord(),
        anAuditRecord({ actor: undefined, ip: undefined, metadata: {} }),
        anAuditRecord({ metadata: { scope: 'openid', why: 'ünïcode' } }),
      ]
      for (const record of records) await write(storage(), { kind: 'audit.insert', record })
      const first = await storage().audit.list({ limit: 2 })
      const rest = await storage().audit.list({ limit: 2, after: first[1]?.id ?? '' })
      assert.deepEqual([...first, ...rest], records.toReversed())
    })

    test('rows are counted slice by slice, tokens only while they are good', async () => {
      const own = await target.open()
      try {
        const total = async (kind: CountedKind, at = NOW) => {
          let count = 0
          for (let after: string | undefined, slices = 0; ; slices++) {
            assert.ok(slices < 10_000, 'a count has an end')
            const slice = { limit: 2, at, ...(after !== undefined && { after }) }
            const counted = await own.count(kind, slice)
            count += counted.count
            after = counted.next
            if (after === undefined) return count
          }
        }
        const [clients, tokens, mails] = [
          await total('clients'),
          await total('tokens'),
          await total('mails'),
        ]
        const client = aClient()
        await write(own, { kind: 'client.insert', client })
        const family = aFamily({ clientId: client.id })
        const good = [
          aToken({ familyId: undefined }),
          aToken({ familyId: family.id, clientId: client.id }),
        ]
        const revoked = aToken({ familyId: undefined })
        await write(own, { kind: 'family.insert', family })
        for (const token of [...good, revoked]) await write(own, { kind: 'token.insert', token })
        await write(own, {
          kind: 'token.insert',
          token: aToken({ familyId: undefined, expiresAt: BEFORE }),
        })
        await write(own, { kind: 'token.revoke', id: revoked.id, at: NOW })
        await write(own, { kind: 'mail.insert', mail: anOutgoingMail() })
        assert.equal(await total('clients'), clients + 1)
        assert.equal(await total('tokens'), tokens + 2)
        assert.equal(await total('mails'), mails + 1)
        await write(own, { kind: 'family.revoke', id: family.id, at: NOW })
        assert.equal(await total('tokens'), tokens + 1)
        assert.ok((await total('tokens', LATER)) < tokens + 1, 'expired tokens are not counted')
      } finally {
        await own.close()
      }
    })

    test('an open storage answers a ping, a closed one is unavailable', async () => {
      const other = await target.open()
      await other.ping()
      await other.close()
      const unavailable = { name: 'StorageError', kind: 'unavailable' }
      await assert.rejects(other.ping(), unavailable)
      const commit = other.commit([{ kind: 'throttle.clear', key: 'x' }])
      await assert.rejects(commit, unavailable)
      await other.close()
    })
  })
}
