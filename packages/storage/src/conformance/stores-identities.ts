import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type Change, type UpstreamIdentity } from '@grantd/domain'
import { assertFrozen, refuse, suiteOn, write } from './harness.ts'
import { aUser, NOW } from './samples.ts'
import { anIdentity } from './samples-people.ts'
import type { ConformanceTarget } from './suite.ts'

const RACERS = 16

/** Accounts at other providers: whose they are, and that one of them is never two people's. */
export function identitySuite(target: ConformanceTarget): void {
  suiteOn(target, 'identities', (storage) => {
    const insert = (identity: UpstreamIdentity): Change => ({ kind: 'identity.insert', identity })

    test('identities read back by provider and subject, and by user, newest first', async () => {
      const first = anIdentity()
      const { userId } = first
      const second = anIdentity({ userId, issuer: undefined, email: undefined, name: undefined })
      for (const identity of [first, second, anIdentity()]) await write(storage(), insert(identity))
      const found = await storage().identities.find(first.provider, first.subject)
      assert.deepEqual(found, first)
      assertFrozen(found)
      assert.deepEqual(await storage().identities.find(second.provider, second.subject), second)
      assert.deepEqual(await storage().identities.listByUser(userId), [second, first])
    })

    test('provider and subject are compared to the letter, and neither runs into the other', async () => {
      const identity = anIdentity({ provider: 'one', subject: 'Ab"1' })
      await write(storage(), insert(identity))
      const others = [
        ['one', 'ab"1'],
        ['One', 'Ab"1'],
        ['one', 'Ab"1 '],
        ['oneAb"', '1'],
        ['one","Ab"1', ''],
      ] as const
      for (const [provider, subject] of others) {
        assert.equal(await storage().identities.find(provider, subject), undefined)
        await write(storage(), insert(anIdentity({ provider, subject })))
      }
    })

    test('a subject of one provider belongs to one user, the same subject of another to anybody', async () => {
      const identity = anIdentity()
      const { provider, subject, userId } = identity
      await write(storage(), insert(identity))
      await refuse(storage(), 0, insert(anIdentity({ provider, subject })))
      await refuse(storage(), 0, insert(anIdentity({ provider, subject, userId })))
      await write(storage(), insert(anIdentity({ provider: 'other', subject })))
      assert.deepEqual(await storage().identities.find(provider, subject), identity)
    })

    test('a use keeps what the provider says now; only of the user whose identity it is', async () => {
      const identity = anIdentity()
      const { id, userId, provider, subject } = identity
      await write(storage(), insert(identity))
      const use = { kind: 'identity.used', id, userId, name: 'Ada L.', email: undefined } as const
      await refuse(storage(), 0, { ...use, userId: anIdentity().userId, at: NOW })
      await refuse(storage(), 0, { ...use, id: anIdentity().id, at: NOW })
      await write(storage(), { ...use, at: NOW })
      const used = { ...identity, name: 'Ada L.', email: undefined, lastUsedAt: NOW }
      assert.deepEqual(await storage().identities.find(provider, subject), used)
      const later = after(NOW, 9)
      await write(storage(), { ...use, name: undefined, email: 'a@b.example', at: later })
      const again = { ...used, name: undefined, email: 'a@b.example', lastUsedAt: later }
      assert.deepEqual(await storage().identities.find(provider, subject), again)
    })

    test('only its owner unlinks it, after which it signs in nobody and may be linked anew', async () => {
      const identity = anIdentity()
      const { id, userId, provider, subject } = identity
      await write(storage(), insert(identity))
      await refuse(storage(), 0, { kind: 'identity.delete', id, userId: anIdentity().userId })
      await write(storage(), { kind: 'identity.delete', id, userId })
      assert.equal(await storage().identities.find(provider, subject), undefined)
      assert.deepEqual(await storage().identities.listByUser(userId), [])
      const use = { kind: 'identity.used', id, userId, email: undefined, name: undefined } as const
      await refuse(storage(), 0, { ...use, at: NOW })
      await write(storage(), insert(anIdentity({ provider, subject })))
    })

    test('nothing is linked to a user who is gone or disabled', async () => {
      const disabled = aUser({ isEnabled: false })
      await write(storage(), { kind: 'user.insert', user: disabled })
      for (const { id } of [disabled, aUser()]) {
        const identity = anIdentity({ userId: id })
        await refuse(storage(), 0, { kind: 'user.requireActive', id }, insert(identity))
        assert.deepEqual(await storage().identities.listByUser(id), [])
      }
    })

    test('an account comes into being together with its identity, or neither does', async () => {
      const user = aUser({ passwordHash: undefined })
      const identity = anIdentity({ userId: user.id })
      const create = (who: typeof user, mine: UpstreamIdentity): Change[] => [
        { kind: 'user.insert', user: who },
        insert(mine),
      ]
      await write(storage(), ...create(user, identity))
      const late = aUser({ passwordHash: undefined })
      const { provider, subject } = identity
      const theirs = anIdentity({ userId: late.id, provider, subject })
      await refuse(storage(), 1, ...create(late, theirs))
      assert.equal(await storage().users.find(late.id), undefined)
      assert.deepEqual(await storage().identities.listByUser(user.id), [identity])
    })

    test('an account that ends while it is linked leaves no identity behind', async () => {
      for (let round = 0; round < RACERS; round++) {
        const user = aUser()
        const identity = anIdentity({ userId: user.id })
        await write(storage(), { kind: 'user.insert', user })
        const [linked] = await Promise.all([
          storage().commit([{ kind: 'user.requireActive', id: user.id }, insert(identity)]),
          write(storage(), { kind: 'user.delete', userId: user.id, at: NOW }),
        ])
        const left = await storage().identities.find(identity.provider, identity.subject)
        assert.equal(left, undefined, `linking: ${linked.outcome}`)
      }
    })
  })
}
