import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  foldName,
  IdMaker,
  nowSeconds,
  type PasswordHash,
  systemRandom,
  type User,
} from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { FixedClock } from '@grantd/testkit'
import { RecentAuthentication } from '../evidence/evidence.ts'
import type { Services } from '../services.ts'
import { startSession } from '../sessions/session-life.ts'
import { linkLogin, MAX_IDENTITIES, type ToldIdentity, unlinkLogin } from './linked-logins.ts'

const TOLD: ToldIdentity = {
  provider: 'example',
  issuer: 'https://accounts.example',
  subject: 'subject-1',
  email: 'ada@elsewhere.example',
  name: 'Ada',
}

async function world() {
  const clock = new FixedClock()
  const storage = await openStorage('memory:', { clock })
  const nothing = { tell: { deliver: () => undefined } }
  const services = {
    clock,
    storage,
    ids: new IdMaker({ clock, random: systemRandom }),
    random: systemRandom,
    settings: { sessionLifetime: 3_600, mailIsOn: false },
    logouts: nothing,
    mails: nothing,
    upstream: { providers: [{ id: 'example', label: 'Example' }] },
  } as unknown as Services // what these transitions use of it
  /** Somebody who signed in just now. */
  const person = async (username: string, changes: Partial<User> = {}) => {
    const at = nowSeconds(clock)
    const user: User = {
      ...{ id: services.ids.next(), username, usernameKey: foldName(username) },
      ...{ email: undefined, emailKey: undefined, passwordHash: undefined, role: 'user' },
      ...{ claims: {}, isEnabled: true, createdAt: at, updatedAt: at, version: 1 },
      ...changes,
    }
    const start = startSession({ user, amr: [], ip: '192.0.2.1', userAgent: undefined }, services)
    await storage.commit([{ kind: 'user.insert', user }, ...start.changes])
    const proof = await RecentAuthentication.check({ user, session: start.session }, services)
    assert.ok(proof)
    return { user, session: start.session, proof }
  }
  const link = (proof: RecentAuthentication, told: Partial<ToldIdentity> = {}) =>
    linkLogin(proof, { told: { ...TOLD, ...told }, ip: '192.0.2.1' }, services)
  const unlink = (proof: RecentAuthentication, id: string) =>
    unlinkLogin(proof, { id: id as never, ip: '192.0.2.1' }, services)
  const linkedTo = (user: User) => storage.identities.listByUser(user.id)
  return { clock, storage, services, person, link, unlink, linkedTo }
}

const HASH = '$argon2id$test' as PasswordHash

describe('linking a login', () => {
  test('T186 makes it that of the proof, whoever is named in what was told', async () => {
    const { person, link, linkedTo, storage } = await world()
    const [ada, eve] = [await person('ada'), await person('eve')]
    const told = { ...TOLD, userId: ada.user.id, id: 'chosen', createdAt: 0 }
    assert.equal(await link(eve.proof, told), 'linked')
    assert.deepEqual(await linkedTo(ada.user), [])
    const [identity] = await linkedTo(eve.user)
    assert.notEqual(identity?.id, 'chosen')
    assert.notEqual(identity?.createdAt, 0)
    const [record] = await storage.audit.listBySubject(eve.user.id, { limit: 1 })
    assert.equal(record?.action, 'identity.linked')
    assert.deepEqual(record?.metadata, { provider: 'example' })
  })

  test('one that is somebody else’s stays theirs, one that is linked already stays as it is', async () => {
    const { person, link, linkedTo } = await world()
    const [ada, eve] = [await person('ada'), await person('eve')]
    assert.equal(await link(ada.proof), 'linked')
    assert.equal(await link(eve.proof, { email: 'eve@x.example' }), 'taken')
    assert.equal(await link(ada.proof, { email: 'new@x.example' }), 'known')
    assert.deepEqual(await linkedTo(eve.user), [])
    assert.equal((await linkedTo(ada.user))[0]?.email, TOLD.email)
  })

  test('the same subject of another provider is another login', async () => {
    const { person, link, linkedTo } = await world()
    const [ada, eve] = [await person('ada'), await person('eve')]
    assert.equal(await link(ada.proof), 'linked')
    assert.equal(await link(eve.proof, { provider: 'other' }), 'linked')
    assert.equal((await linkedTo(eve.user))[0]?.provider, 'other')
  })

  test('two people who link one login at once: one does', async () => {
    const { person, link } = await world()
    const people = await Promise.all(['ada', 'eve', 'bob'].map((name) => person(name)))
    const outcomes = await Promise.all(people.map(({ proof }) => link(proof)))
    assert.deepEqual(outcomes.toSorted(), ['linked', 'taken', 'taken'])
  })

  test('a session or an account that ended meanwhile links nothing', async () => {
    const { person, link, linkedTo, storage, clock } = await world()
    const [ada, eve] = [await person('ada'), await person('eve')]
    const at = nowSeconds(clock)
    await storage.commit([{ kind: 'session.revoke', id: ada.session.id, at }])
    await storage.commit([
      { kind: 'user.update', user: { ...eve.user, isEnabled: false, version: 2 } },
    ])
    assert.equal(await link(ada.proof), 'again')
    assert.equal(await link(eve.proof), 'again')
    assert.deepEqual([await linkedTo(ada.user), await linkedTo(eve.user)], [[], []])
  })

  test('ends every other session of the account, and there is a most of them', async () => {
    const { person, link, services, storage } = await world()
    const { user, session, proof } = await person('ada')
    const other = startSession({ user, amr: [], ip: '192.0.2.2', userAgent: undefined }, services)
    await storage.commit(other.changes)
    for (let n = 0; n < MAX_IDENTITIES; n++)
      assert.equal(await link(proof, { subject: `subject-${n}` }), 'linked')
    assert.equal(await link(proof, { subject: 'one more' }), 'too_many')
    assert.equal((await storage.sessions.find(session.id))?.revokedAt, undefined)
    assert.ok((await storage.sessions.find(other.session.id))?.revokedAt)
  })
})

describe('removing a linked login', () => {
  test('is refused while it is the only way to sign in', async () => {
    const { person, link, unlink, linkedTo, storage } = await world()
    const { user, proof } = await person('ada')
    await link(proof)
    const [only] = await linkedTo(user)
    assert.ok(only)
    assert.equal(await unlink(proof, only.id), 'last_way_in')
    await link(proof, { subject: 'second' })
    assert.equal(await unlink(proof, only.id), 'unlinked')
    const actions = await storage.audit.listBySubject(user.id, { limit: 1 })
    assert.equal(actions[0]?.action, 'identity.unlinked')
  })

  test('of two at once that leave each other, one is refused', async () => {
    const { person, link, unlink, linkedTo } = await world()
    const { user, proof } = await person('ada')
    await link(proof)
    await link(proof, { subject: 'second' })
    const [first, second] = await linkedTo(user)
    assert.ok(first && second)
    const outcomes = await Promise.all([unlink(proof, first.id), unlink(proof, second.id)])
    assert.deepEqual(outcomes.toSorted(), ['again', 'unlinked'])
    assert.equal((await linkedTo(user)).length, 1)
  })

  test('is free to somebody with a password', async () => {
    const { person, link, unlink, linkedTo } = await world()
    const { user, proof } = await person('ada', { passwordHash: HASH })
    await link(proof)
    const [only] = await linkedTo(user)
    assert.equal(await unlink(proof, only?.id ?? ''), 'unlinked')
    assert.deepEqual(await linkedTo(user), [])
  })

  test('T186 does nothing to a login of somebody else', async () => {
    const { person, link, unlink, linkedTo } = await world()
    const [ada, eve] = [await person('ada'), await person('eve', { passwordHash: HASH })]
    await link(ada.proof)
    await link(ada.proof, { subject: 'second' })
    for (const { id } of await linkedTo(ada.user))
      assert.equal(await unlink(eve.proof, id), 'again')
    assert.equal((await linkedTo(ada.user)).length, 2)
  })
})
