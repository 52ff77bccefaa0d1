// Servers with two workers each on MongoDB, in transactions: single use across workers, a worker killed
// under load, servers restarted one after another.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { freshReplicaSetDatabase } from '@grantd/testkit/mongodb'
import { Caller } from '../crash/caller.ts'
import { Cast } from '../crash/cast.ts'
import { Journal } from '../crash/journal.ts'
import { raceForCodes, raceForSuccessors } from '../crash/races.ts'
import { freePort, ServerProcess, Site } from '../crash/server-process.ts'
import { verifyAll } from '../crash/verify.ts'
import { runLane } from '../crash/workload.ts'

/** The stand-in for a replica set runs one transaction at a time. */
const CODES = 40
const REFRESH_TOKENS = 30
const LANES = 3
const USERS = 250
const ACKNOWLEDGEMENTS = 60

describe('servers with two workers each on MongoDB', () => {
  const open = new AsyncDisposableStack()
  let site: Site
  /** The same database without the stand-in, for what is there before a test begins. */
  let filling: Site
  let cast: Cast
  const servers: ServerProcess[] = []
  const server = (index: number): ServerProcess => {
    const found = servers[index]
    assert.ok(found)
    return found
  }

  before(async () => {
    const database = open.use(await freshReplicaSetDatabase())
    site = open.use(
      await Site.create({
        OAUTH2_DATABASE_URL: database.url,
        OAUTH2_SERVER_WORKERS: '2',
        OAUTH2_JANITOR_INTERVAL_SECS: '1',
        // A sign-in that a kill cuts off counts as a failed one.
        OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS: '1',
      }),
    )
    filling = open.use(await Site.create({ OAUTH2_DATABASE_URL: database.behind }))
    cast = await Cast.on(filling, USERS)
    for (const port of [site.port, await freePort()]) {
      servers.push(await ServerProcess.start(site, { port }))
    }
  })
  after(async () => {
    for (const each of servers) await each.kill()
    await open.disposeAsync()
  })

  const ports = () => servers.map(({ port }) => port)

  /** Load on the servers of `at` until `work` has ended; then all that was acknowledged must be true. */
  async function underLoad(
    at: readonly number[],
    work: (journal: Journal) => Promise<void>,
  ): Promise<Journal> {
    const journal = new Journal()
    const stop = new AbortController()
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      const caller = new Caller(at[lane % at.length] ?? 0, 2)
      do await runLane({ caller, journal, cast }, stop.signal)
      while (!stop.signal.aborted)
      caller.close()
    })
    try {
      await work(journal)
    } finally {
      stop.abort()
      await Promise.all(lanes)
    }
    const caller = new Caller(server(0).port, LANES)
    await verifyAll({ caller, journal, cast }, LANES)
    caller.close()
    assert.deepEqual(journal.findings, [])
    return journal
  }

  test('T52 of all racers for a code exactly one gets tokens', async (t) => {
    t.diagnostic(await raceForCodes({ site: filling, ports: ports() }, CODES))
  })

  test('T65 all successes of a refresh token name one successor', async (t) => {
    t.diagnostic(await raceForSuccessors({ site: filling, ports: ports() }, REFRESH_TOKENS))
  })

  test('a worker killed under load: nothing acknowledged is lost, and another takes its place', async (t) => {
    const { acknowledged, unanswered } = await underLoad([server(0).port], async (journal) => {
      await journal.acknowledgements(ACKNOWLEDGEMENTS)
      const [worker] = childrenOf(server(0))
      assert.ok(worker)
      process.kill(worker, 'SIGKILL')
      await server(0).said('a worker serves again')
      await journal.acknowledgements(ACKNOWLEDGEMENTS)
    })
    t.diagnostic(`${acknowledged} acknowledgements survived, ${unanswered} requests were cut off`)
  })

  test('servers restarted one after another: the other one answers, and each knows all', async (t) => {
    for (const index of [0, 1]) {
      const { port } = server(index)
      const journal = await underLoad([server(1 - index).port], async (journal) => {
        await journal.acknowledgements(ACKNOWLEDGEMENTS)
        await server(index).stop()
        assert.equal(server(index).child.exitCode, 0, server(index).talk)
        servers[index] = await ServerProcess.start(site, { port })
        await journal.acknowledgements(ACKNOWLEDGEMENTS)
      })
      assert.equal(journal.unanswered, 0)
      t.diagnostic(`${journal.acknowledged} acknowledgements beside the restart`)
    }
  })
})

function childrenOf({ child: { pid } }: ServerProcess): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.split(' ').map(Number).filter(Boolean)
}
