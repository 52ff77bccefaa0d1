// R18 and T83: how long a revoked token may look active, on the process that revoked it and on others.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { epochSeconds } from '@grantd/domain'
import { codeOf } from '../crash/caller.ts'
import { addUsers, withStorage } from '../crash/prepare.ts'
import { type Server, TwoServers } from './two-servers.ts'

/** 1000 for the long run. */
const REVOCATIONS = Number(process.env.GRANTD_REVOCATIONS ?? 200)
const P99_MS = 1_000
const WORST_MS = 5_000

/** Asks until the token is inactive; how long that took, in milliseconds. */
async function untilInactive(
  world: TwoServers,
  { caller }: Server,
  token: string,
): Promise<number> {
  const startedAt = performance.now()
  for (;;) {
    const askedAfter = performance.now() - startedAt
    const active = await caller.introspect(world.client, token)
    assert.notEqual(active, undefined, 'every question is answered')
    if (active === false) return performance.now() - startedAt
    assert.ok(askedAfter <= WORST_MS, `still active when asked after ${askedAfter} ms`)
  }
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN

describe('two servers that share a Redis', () => {
  test('T83 a revocation shows at once where it was made and soon elsewhere', async (t) => {
    await using world = await TwoServers.start()
    const { a, b, client } = world
    await world.untilShared(b)
    const delays: number[] = []
    for (let number = 0; number < REVOCATIONS; number++) {
      const [on, other] = number % 2 === 0 ? [a, b] : [b, a]
      const { accessToken } = await a.caller.clientCredentials(client)
      for (const { caller } of [on, other])
        assert.equal(await caller.introspect(client, accessToken), true)
      assert.equal((await on.caller.revoke(client, accessToken)).status, 200)
      const [here, there] = await Promise.all([
        on.caller.introspect(client, accessToken),
        untilInactive(world, other, accessToken),
      ])
      assert.equal(here, false, 'the first question after the answer')
      delays.push(there)
    }
    const sorted = delays.toSorted((x, y) => x - y)
    const [half, p99, worst] = [at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1)]
    t.diagnostic(
      `${REVOCATIONS} revocations, inactive elsewhere after ${half.toFixed(1)} ms (half), ` +
        `${p99.toFixed(1)} ms (99 of 100), ${worst.toFixed(1)} ms (all), one question included`,
    )
    assert.ok(p99 <= P99_MS && worst <= WORST_MS)
  })

  test('T83 what is written past grantd, with nobody told, shows within five seconds', async (t) => {
    await using world = await TwoServers.start()
    const { a, b, client, site } = world
    await world.untilShared(b)
    const { accessToken } = await a.caller.clientCredentials(client)
    const [, claims = ''] = accessToken.split('.')
    const { jti: id } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    for (const { caller } of [a, b])
      assert.equal(await caller.introspect(client, accessToken), true)
    const at = epochSeconds(Date.now() / 1_000)
    await withStorage(site, (storage) => storage.commit([{ kind: 'token.revoke', id, at }]))
    const waits = await Promise.all(
      [a, b].map((server) => untilInactive(world, server, accessToken)),
    )
    t.diagnostic(`inactive after ${waits.map((ms) => ms.toFixed(0)).join(' and ')} ms`)
  })

  test('T83 families, users and clients end everywhere, also by the command line', async () => {
    await using world = await TwoServers.start()
    const { a, b, client } = world
    const both = [a, b]
    const showsEverywhere = async (token: string, end: () => Promise<unknown>) => {
      for (const { caller } of both) assert.equal(await caller.introspect(client, token), true)
      await end()
      for (const server of both) {
        assert.ok((await untilInactive(world, server, token)) <= P99_MS)
      }
    }
    const family = await world.signIn()
    await showsEverywhere(family.accessToken, () => a.caller.revoke(client, family.refreshToken))
    const { accessToken } = await world.signIn()
    await showsEverywhere(accessToken, () => world.grantd('user', 'disable', 'ada', '--yes'))

    const other = await a.caller.clientCredentials(client)
    await b.caller.introspect(client, other.accessToken)
    await world.grantd('client', 'update', client.id, '--disable')
    // A disabled client is refused: it can no longer ask, with whatever token.
    for (const { caller } of both) {
      while ((await caller.introspect(client, other.accessToken)) !== undefined);
    }
  })

  test('sessions end everywhere, and a session that is only remembered grants nothing', async () => {
    await using world = await TwoServers.start({ OAUTH2_CACHE_SESSIONS: 'true' })
    const { a, b, client, site } = world
    const { cookie } = world.user
    const profile = await a.caller.profile(cookie)
    assert.equal(profile.status, 200)
    assert.equal((await b.caller.profile(cookie)).status, 200)
    await a.caller.signOut(cookie, profile)
    assert.equal((await a.caller.profile(cookie)).status, 303)
    while ((await b.caller.profile(cookie)).status !== 303);

    const [eve] = await withStorage(site, (storage) => addUsers(storage, ['eve']))
    assert.ok(eve)
    const page = await b.caller.authorize(client, eve.cookie)
    assert.equal(page.status, 200)
    const at = epochSeconds(Date.now() / 1_000)
    // Nobody is told: for some seconds the server takes the session for live.
    await withStorage(site, (storage) =>
      storage.commit([{ kind: 'session.revoke', id: eve.sessionId, at }]),
    )
    const answer = await b.caller.decide(eve.cookie, b.caller.decisionOf(page))
    const told = new URL(answer.headers.location ?? '').searchParams
    assert.deepEqual([codeOf(answer), told.get('error')], [undefined, 'login_required'])
  })
})
