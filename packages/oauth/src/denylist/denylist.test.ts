import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import {
  type ClientId,
  type Denial,
  type DenialId,
  epochSeconds,
  StorageError,
  type User,
  type UserId,
} from '@grantd/domain'
import { FixedClock } from '@grantd/testkit'
import { Denylist } from './denylist.ts'

const ADA = { id: 'ada-id' as UserId, usernameKey: 'ada', emailKey: 'ada@example.com' }

/** A denylist over a list that a test changes, as another process would. */
function world() {
  const clock = new FixedClock()
  const warnings: string[] = []
  const state = { version: 0, denials: [] as Denial[], reads: 0, lists: 0, isDown: false }
  const storage = {
    versions: async () => {
      state.reads++
      if (state.isDown) throw new StorageError('unavailable')
      return { clients: 0, keys: 0, denylist: state.version }
    },
    denylist: {
      find: async () => undefined,
      list: async () => {
        state.lists++
        return state.denials
      },
    },
    users: {
      findByLogin: async (key: string) =>
        key === ADA.usernameKey || key === ADA.emailKey ? (ADA as User) : undefined,
    },
  } as unknown as ConstructorParameters<typeof Denylist>[0]['storage']
  const nothing = () => undefined
  const warn = (_fields: object, message: string) => warnings.push(message)
  const log = { debug: nothing, info: nothing, warn, error: nothing }
  const denylist = new Denylist({ storage, clock, log })
  const put = (denial: Partial<Denial>) => {
    state.version++
    const id = String(state.version) as DenialId
    const createdAt = epochSeconds(0)
    const base = { id, kind: 'ip', value: '', reason: undefined, createdBy: 'cli', createdAt }
    state.denials.push({ expiresAt: undefined, ...base, ...denial } as Denial)
  }
  return { clock, denylist, put, state, storage, warnings }
}

describe('the denylist in a process', () => {
  test('is read when it is half a second old and has changed, and not else', async () => {
    const { clock, denylist, put, state } = world()
    await denylist.ready()
    assert.equal(denylist.ready(), undefined)
    put({ kind: 'client_id', value: 'app' })
    clock.advance(0.4)
    assert.equal(denylist.ready(), undefined)
    assert.equal(denylist.deniesClient('app' as ClientId), false)
    clock.advance(0.2)
    await Promise.all([denylist.ready(), denylist.ready(), denylist.ready()])
    assert.equal(denylist.deniesClient('app' as ClientId), true)
    assert.deepEqual([state.reads, state.lists], [2, 2])
    clock.advance(1)
    await denylist.ready()
    assert.deepEqual([state.reads, state.lists], [3, 2])
  })

  test('an entry ends at its second, also between two looks', async () => {
    const { clock, denylist, put } = world()
    put({ value: '192.0.2.1', expiresAt: epochSeconds(Math.floor(clock.nowMs() / 1_000) + 1) })
    await denylist.ready()
    assert.equal(denylist.deniesAddress('192.0.2.1'), true)
    clock.advance(0.4)
    denylist.ready()
    assert.equal(denylist.deniesAddress('192.0.2.1'), true)
    clock.advance(0.7)
    await denylist.ready()
    assert.equal(denylist.deniesAddress('192.0.2.1'), false)
  })

  test('addresses and networks of both families; what is no address is not denied', async () => {
    const { denylist, put } = world()
    put({ value: '192.0.2.1' })
    put({ value: '198.51.100.0/24' })
    put({ value: '2001:db8::/32' })
    await denylist.ready()
    for (const ip of ['192.0.2.1', '198.51.100.255', '2001:db8:ffff::1'])
      for (const _ of [1, 2]) assert.equal(denylist.deniesAddress(ip), true, ip)
    for (const ip of ['192.0.2.2', '198.51.101.0', '2001:db9::1', '', 'unix', '::1'])
      for (const _ of [1, 2]) assert.equal(denylist.deniesAddress(ip), false, ip)
  })

  test('a person is found by each name, and by id where a token is all there is', async () => {
    for (const [kind, value] of [
      ['username', 'ada'],
      ['email', 'ada@example.com'],
      ['user_id', 'ada-id'],
    ] as const) {
      const { denylist, put } = world()
      put({ kind, value })
      await denylist.ready()
      assert.equal(denylist.deniesUser(ADA as User), true)
      assert.equal(denylist.deniesUserId(ADA.id), true)
      const other = { id: 'eve-id' as UserId, usernameKey: 'eve', emailKey: undefined }
      assert.equal(denylist.deniesUser(other), false)
      assert.equal(denylist.deniesUserId(other.id), false)
    }
    const { denylist, put } = world()
    put({ kind: 'email', value: 'ada' }) // her username, which is no address
    await denylist.ready()
    assert.equal(denylist.deniesUser(ADA as User), false)
    assert.equal(denylist.deniesUserId(ADA.id), false)
  })

  test('storage down: what is known stays in force, and is said once', async () => {
    const { clock, denylist, put, state, warnings } = world()
    put({ value: '192.0.2.1' })
    await denylist.ready()
    state.isDown = true
    for (let round = 0; round < 3; round++) {
      clock.advance(1)
      await denylist.ready()
      assert.equal(denylist.deniesAddress('192.0.2.1'), true)
    }
    assert.equal(warnings.length, 1)
    assert.equal(denylist.ready(), undefined, 'nobody waits again for half a second')
    state.isDown = false
    clock.advance(1)
    await denylist.ready()
    state.isDown = true
    clock.advance(1)
    await denylist.ready()
    assert.equal(warnings.length, 2)
  })

  test('storage that does not answer holds the first requests briefly, and nobody after them', async () => {
    const { clock, denylist, storage } = world()
    await denylist.ready()
    clock.advance(1)
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof storage.versions>>>()
    const former = storage.versions
    storage.versions = () => answer.promise
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      const waiting = denylist.ready()
      assert.ok(waiting)
      mock.timers.tick(250)
      await waiting
      assert.equal(denylist.ready(), undefined)
      answer.resolve(await former())
      await answer.promise
    } finally {
      mock.timers.reset()
    }
  })

  test('a clock that steps back does not silence the look', async () => {
    const { clock, denylist, put } = world()
    await denylist.ready()
    put({ kind: 'client_id', value: 'app' })
    clock.advance(-3_600)
    await denylist.ready()
    assert.equal(denylist.deniesClient('app' as ClientId), true)
  })
})
