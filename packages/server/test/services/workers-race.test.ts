// RFC 6749 §4.1.2 and RFC 9700 §4.14.2 across the workers of one server, on PostgreSQL; and whole
// flows whose every step may be served by another worker.
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { freshDatabase } from '@grantd/testkit/postgres'
import { Caller, codeOf } from '../crash/caller.ts'
import { Cast } from '../crash/cast.ts'
import { raceForCodes, raceForSuccessors, type Track } from '../crash/races.ts'
import { ServerProcess, Site } from '../crash/server-process.ts'

const CODES = Number(process.env.GRANTD_RACE_CODES ?? 1_000)
const REFRESH_TOKENS = Number(process.env.GRANTD_RACE_REFRESH_TOKENS ?? 500)
/** Whole journeys, two at a time. */
const JOURNEYS = 20

/** Runs `work` on a server with two workers, which must then end in order. */
async function onTwoWorkers(t: TestContext, work: (track: Track) => Promise<void>): Promise<void> {
  const database = await freshDatabase()
  t.after(() => database[Symbol.asyncDispose]())
  using site = await Site.create({
    OAUTH2_DATABASE_URL: database.url,
    OAUTH2_SERVER_WORKERS: '2',
    OAUTH2_JANITOR_INTERVAL_SECS: '1',
  })
  await using server = await ServerProcess.start(site)
  await work({ site, ports: [server.port] })
  await server.stop()
  assert.equal(server.child.exitCode, 0, server.talk)
}

describe('a server with two workers', () => {
  test('T52 of all racers for a code exactly one gets tokens', (t) =>
    onTwoWorkers(t, async (track) => t.diagnostic(await raceForCodes(track, CODES))))

  test('T65 all successes of a refresh token name one successor', (t) =>
    onTwoWorkers(t, async (track) => t.diagnostic(await raceForSuccessors(track, REFRESH_TOKENS))))

  test('sign-in, consent, code, refresh, introspection and revocation know of each other', (t) =>
    onTwoWorkers(t, async ({ site, ports }) => {
      const cast = await Cast.on(site, 1)
      const { client } = cast
      // Two connections, one to each worker; which of them serves a step is left to chance.
      const caller = new Caller(ports[0] ?? 0, 2)
      const journey = async (): Promise<void> => {
        const cookie = await caller.signIn(cast.username)
        assert.ok(typeof cookie === 'string', 'signed in')
        const page = await caller.authorize(client, cookie)
        const code = codeOf(page) ?? codeOf(await caller.decide(cookie, caller.decisionOf(page)))
        assert.ok(code)
        const first = await caller.redeem(client, code)
        const next = await caller.refresh(client, first.refreshToken)
        assert.deepEqual([first.status, next.status], [200, 200])
        assert.equal(await caller.introspect(client, next.accessToken), true)
        assert.equal((await caller.revoke(client, next.refreshToken)).status, 200)
        assert.equal(await caller.introspect(client, next.accessToken), false)
        assert.equal((await caller.refresh(client, next.refreshToken)).error, 'invalid_grant')
        const { accessToken } = await caller.clientCredentials(client)
        assert.equal(await caller.introspect(client, accessToken), true)
        assert.equal((await caller.signOut(cookie, await caller.profile(cookie))).status, 303)
        assert.equal((await caller.profile(cookie)).status, 303)
      }
      for (let begun = 0; begun < JOURNEYS; begun += 2) await Promise.all([journey(), journey()])
      caller.close()
    }))
})
