import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { type Change, systemClock, type TokenId, type TokenStatus } from '@grantd/domain'
import { aClient, aFamily, aSession, aToken, aUser, NOW } from '../conformance/samples.ts'
import { openMemory } from '../memory/storage.ts'
import { type CachedStorage, withSharedCache } from './cached-storage.ts'
import { CacheCipher } from './cipher.ts'
import { Hub, type Member } from './hub.fixture.ts'
import { LIFE_MS } from './recent.ts'

const cipher = new CacheCipher({ encryptionKey: Buffer.alloc(32, 1), scope: 'test', shape: '1' })
/** Long enough for a process to have heard of everything that is not long gone. */
const HEARD_ENOUGH_MS = 6_000

/** Two processes on one database and one cache; `loads` counts reads of tokens from the database. */
class World {
  readonly hub = new Hub()
  readonly database = openMemory({})
  readonly memberA: Member
  readonly memberB: Member
  readonly a: CachedStorage
  readonly b: CachedStorage
  loads = 0
  #held: { readonly release: Promise<void>; readonly hasRead: () => void } | undefined

  constructor() {
    const [a, b] = [this.join(), this.join()]
    this.memberA = a.member
    this.memberB = b.member
    this.a = a.storage
    this.b = b.storage
    this.hub.nowMs += HEARD_ENOUGH_MS
  }

  /** What is asked for a second time is shared. */
  async share(id: TokenId): Promise<void> {
    await this.a.tokens.find(id)
    await this.a.tokens.find(id)
  }

  /** Lets the next reads of a token go to the database and keeps their answers back. */
  hold(): { readonly hasRead: Promise<void>; release(): void } {
    const hasRead = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    this.#held = { release: release.promise, hasRead: hasRead.resolve }
    return {
      hasRead: hasRead.promise,
      release: () => {
        this.#held = undefined
        release.resolve()
      },
    }
  }

  /** One more process, which begins to listen now. */
  join(): { readonly member: Member; readonly storage: CachedStorage } {
    const shared = this.hub.join()
    const find = async (id: TokenId): Promise<TokenStatus | undefined> => {
      this.loads++
      const status = await this.database.tokens.find(id)
      this.#held?.hasRead()
      await this.#held?.release
      return status
    }
    const storage = { ...this.database, tokens: { find } }
    const now = () => this.hub.nowMs
    const options = { shared, cipher, clock: systemClock, sessions: true, now }
    return { member: shared, storage: withSharedCache(storage, options) }
  }
}

const isLive = (status: TokenStatus | undefined) =>
  status !== undefined &&
  status.token.revokedAt === undefined &&
  !status.isFamilyRevoked &&
  status.isUserActive

describe('token statuses behind a shared cache', () => {
  const client = aClient()
  const user = aUser()
  const session = aSession({ userId: user.id })
  const family = aFamily({ userId: user.id, clientId: client.id, sessionId: session.id })
  const token = aToken({ userId: user.id, clientId: client.id, familyId: family.id })
  let world: World

  beforeEach(async () => {
    world = new World()
    await world.database.commit([
      { kind: 'client.insert', client },
      { kind: 'user.insert', user },
      { kind: 'session.insert', session },
      { kind: 'family.insert', family },
      { kind: 'token.insert', token },
    ])
  })

  test('one read of the database serves every process, and is what the database has', async () => {
    const stored = await world.database.tokens.find(token.id)
    assert.deepEqual(await world.a.tokens.find(token.id), stored)
    assert.deepEqual(await world.a.tokens.find(token.id), stored)
    assert.deepEqual(await world.b.tokens.find(token.id), stored)
    assert.equal(world.loads, 1)
  })

  test('what is asked for only once is not shared', async () => {
    await world.a.tokens.find(token.id)
    assert.equal(world.hub.values.size, 0)
    await world.a.tokens.find(token.id)
    assert.equal(world.hub.values.size, 1)
  })

  test('what is not there is asked for each time', async () => {
    const { id } = aToken()
    assert.equal(await world.a.tokens.find(id), undefined)
    assert.equal(await world.a.tokens.find(id), undefined)
    assert.equal(world.loads, 2)
  })

  const ends: Readonly<Record<string, Change>> = {
    'the token is revoked': { kind: 'token.revoke', id: token.id, at: NOW },
    'its family is revoked': { kind: 'family.revoke', id: family.id, at: NOW },
    'the families of its user are revoked': {
      kind: 'family.revokeByUser',
      userId: user.id,
      at: NOW,
    },
    'its session ends': { kind: 'family.revokeBySession', sessionId: session.id, at: NOW },
    'the consent is withdrawn': {
      kind: 'family.revokeByUserAndClient',
      userId: user.id,
      clientId: client.id,
      at: NOW,
    },
    'its user is disabled': {
      kind: 'user.update',
      user: { ...user, isEnabled: false, version: 2 },
    },
    'its user is deleted': { kind: 'user.delete', userId: user.id, at: NOW },
    'its client is deleted': { kind: 'client.delete', clientId: client.id },
  }
  for (const [sentence, change] of Object.entries(ends)) {
    test(`when ${sentence}, no process takes it for live`, async () => {
      assert.ok(isLive(await world.a.tokens.find(token.id)))
      assert.ok(isLive(await world.b.tokens.find(token.id)))
      assert.deepEqual(await world.a.commit([change]), { outcome: 'committed' })
      assert.ok(!isLive(await world.a.tokens.find(token.id)), 'where it was done')
      assert.ok(!isLive(await world.b.tokens.find(token.id)), 'elsewhere')
    })
  }

  test('a user who is enabled again has live tokens at once', async () => {
    const disabled = { ...user, isEnabled: false, version: 2 }
    await world.a.commit([{ kind: 'user.update', user: disabled }])
    assert.ok(!isLive(await world.b.tokens.find(token.id)))
    await world.a.commit([{ kind: 'user.update', user: { ...user, version: 3 } }])
    assert.ok(isLive(await world.b.tokens.find(token.id)))
  })

  test('a read that began before a revocation elsewhere is not kept, in memory or shared', async () => {
    const held = world.hold()
    const early = world.b.tokens.find(token.id)
    await held.hasRead
    await world.a.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
    held.release()
    assert.ok(isLive(await early), 'who asked before the revocation may hear what was true')
    for (const process of [world.b, world.b, world.a])
      assert.ok(!isLive(await process.tokens.find(token.id)))
  })

  test('who asks after a revocation does not join a read that began before it', async () => {
    const held = world.hold()
    const early = world.a.tokens.find(token.id)
    await held.hasRead
    await world.a.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
    const late = world.a.tokens.find(token.id)
    held.release()
    assert.ok(isLive(await early))
    assert.ok(!isLive(await late))
  })

  test('a shared value that arrives after the revocation is not taken', async () => {
    await world.share(token.id)
    const gate = Promise.withResolvers<void>()
    world.hub.getting = gate.promise
    const reading = world.b.tokens.find(token.id)
    await world.a.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
    gate.resolve()
    assert.ok(!isLive(await reading))
    assert.ok(!isLive(await world.b.tokens.find(token.id)))
  })

  test('a process that has just begun to listen does not trust what others shared before', async () => {
    await world.share(token.id)
    world.memberB.listener?.closed()
    world.hub.losesMessages = true
    await world.a.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
    world.memberB.listener?.opened()
    assert.ok(!isLive(await world.b.tokens.find(token.id)))
    const newcomer = world.join()
    assert.ok(!isLive(await newcomer.storage.tokens.find(token.id)))
    assert.deepEqual([world.memberB.gets, newcomer.member.gets], [0, 0], 'Redis is not even asked')
  })

  test('when no message arrives a revoked token looks live for at most the life of a value', async () => {
    await world.share(token.id)
    world.hub.nowMs += 3_000
    await world.b.tokens.find(token.id) // from the shared value, which is three seconds old
    world.hub.losesMessages = true
    await world.a.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
    assert.ok(isLive(await world.b.tokens.find(token.id)), 'nobody could tell it')
    world.hub.nowMs += LIFE_MS - 3_000
    assert.ok(!isLive(await world.b.tokens.find(token.id)))
  })

  test('while nothing is heard every answer comes from the database', async () => {
    await world.b.tokens.find(token.id)
    world.memberB.listener?.closed()
    const { gets } = world.memberB
    world.loads = 0
    await world.b.tokens.find(token.id)
    await world.b.tokens.find(token.id)
    assert.deepEqual([world.loads, world.memberB.gets - gets], [2, 0])
  })

  test('an unknown outcome counts as a revocation, a refused unit does not', async () => {
    await world.a.tokens.find(token.id)
    const told: (readonly string[])[] = []
    world.memberA.announce = (tags) => told.push(tags)
    const change: Change = { kind: 'token.revoke', id: token.id, at: NOW }
    await world.a.commit([{ kind: 'session.requireLive', id: aSession().id }, change])
    assert.deepEqual(told, [])
    const { commit } = world.database
    const broken = withSharedCache(
      { ...world.database, commit: () => commit([change]).then(() => Promise.reject(new Error())) },
      { shared: world.memberA, cipher, clock: systemClock, sessions: false },
    )
    await assert.rejects(broken.commit([change]))
    assert.deepEqual(told, [[cipher.tag(`token ${token.id}`)]])
  })

  test('when the ended families cannot be listed, nothing remembered is used', async () => {
    await world.a.tokens.find(token.id)
    world.database.families.listBySession = () => Promise.reject(new Error('the database is gone'))
    await world.a.commit([{ kind: 'family.revokeBySession', sessionId: session.id, at: NOW }])
    assert.ok(!isLive(await world.a.tokens.find(token.id)))
  })

  test('a shared clock that was set back makes no value live longer', async () => {
    await world.share(token.id)
    world.hub.losesMessages = true
    await world.a.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
    world.hub.aheadMs = -3_600_000
    world.hub.nowMs += LIFE_MS
    assert.ok(!isLive(await world.b.tokens.find(token.id)))
  })

  test('nothing is kept beyond the end of the token', async () => {
    const short = aToken({ expiresAt: NOW })
    await world.database.commit([{ kind: 'token.insert', token: short }])
    await world.share(short.id)
    assert.equal(world.hub.values.size, 0)
  })

  test('sessions end everywhere too', async () => {
    assert.equal((await world.a.sessions.find(session.id))?.revokedAt, undefined)
    await world.b.sessions.find(session.id)
    await world.a.commit([{ kind: 'session.revoke', id: session.id, at: NOW }])
    assert.equal((await world.a.sessions.find(session.id))?.revokedAt, NOW)
    assert.equal((await world.b.sessions.find(session.id))?.revokedAt, NOW)
  })
})

describe('clients behind a shared cache', () => {
  test('a snapshot of a count is never older than the count', async () => {
    const world = new World()
    const client = aClient()
    await world.database.commit([{ kind: 'client.insert', client }])
    const before = (await world.a.versions()).clients
    await world.a.clientSnapshots.find(client.id, before)
    const disabled = { ...client, isEnabled: false, version: 2 }
    world.hub.losesMessages = true
    await world.a.commit([{ kind: 'client.update', client: disabled }])
    const after = (await world.b.versions()).clients
    assert.deepEqual(await world.b.clientSnapshots.find(client.id, after), disabled)
    assert.deepEqual(await world.a.clientSnapshots.find(client.id, after), disabled)
  })

  test('one read of the database serves every process', async () => {
    const world = new World()
    const client = aClient()
    await world.database.commit([{ kind: 'client.insert', client }])
    await world.a.clientSnapshots.find(client.id, 1)
    world.database.clients.find = () => Promise.reject(new Error('it is shared'))
    assert.deepEqual(await world.b.clientSnapshots.find(client.id, 1), client)
  })

  test('other processes hear of a change, not of a new client', async () => {
    const world = new World()
    let heard = 0
    world.b.onClientsChanged(() => heard++)
    const client = aClient()
    await world.a.commit([{ kind: 'client.insert', client }])
    assert.equal(heard, 0)
    await world.a.commit([{ kind: 'client.update', client: { ...client, version: 2 } }])
    assert.equal(heard, 1)
    await world.a.commit([{ kind: 'client.delete', clientId: client.id }])
    assert.equal(heard, 2)
  })
})
