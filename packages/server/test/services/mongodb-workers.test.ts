// One server with two workers on MongoDB, in transactions: single use across workers, a worker killed
// under load, workers replaced one after another.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshReplicaSetDatabase } from '@grantd/testkit/mongodb'
import { childrenOf } from '@grantd/testkit/process-tree'
import { Caller } from '../crash/caller.ts'
import { Cast } from '../crash/cast.ts'
import { Journal } from '../crash/journal.ts'
import { raceForCodes, raceForSuccessors } from '../crash/races.ts'
import { ServerProcess, Site } from '../crash/server-process.ts'
import { verifyAll } from '../crash/verify.ts'
import { runLane } from '../crash/workload.ts'

/** The stand-in for a replica set runs one transaction at a time: little at once. */
const CODES = 12
const REFRESH_TOKENS = 12
const LANES = 2
const USERS = 1_200
/** What a lane that was refused or cut off waits before it goes on. */
const REFUSED_MS = 10
const ACKNOWLEDGEMENTS = 20

describe('a server with two workers on MongoDB', () => {
  const open = new AsyncDisposableStack()
  /** The database without the stand-in, for what is there before a test begins. */
  let filling: Site
  let server: ServerProcess
  let cast: Cast

  before(async () => {
    const database = open.use(await freshReplicaSetDatabase())
    const site = open.use(
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
    server = open.use(await ServerProcess.start(site))
  })
  after(() => open.disposeAsync())

  const track = () => ({ site: filling, ports: [server.port], lanes: 1 })

  /** Load until `work` has ended; then all that was acknowledged must be true. */
  async function underLoad(work: (journal: Journal) => Promise<void>): Promise<Journal> {
    const journal = new Journal()
    const stop = new AbortController()
    const lanes = Array.from({ length: LANES }, async () => {
      const caller = new Caller(server.port, 2)
      do {
        await runLane({ caller, journal, cast }, stop.signal)
        if (!stop.signal.aborted) await pause(REFUSED_MS)
      } while (!stop.signal.aborted)
      caller.close()
    })
    try {
      await work(journal)
    } finally {
      stop.abort()
      await Promise.all(lanes)
    }
    const caller = new Caller(server.port, LANES)
    await verifyAll({ caller, journal, cast }, LANES)
    caller.close()
    assert.deepEqual(journal.findings, [])
    return journal
  }

  /** Ends the older worker; resolves when another serves in its place. */
  async function replaceWorker(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const [worker] = childrenOf(server.child.pid ?? 0)
    assert.ok(worker)
    const before = server.talk.split(SERVES_AGAIN).length - 1
    process.kill(worker, signal)
    await server.said(SERVES_AGAIN, before + 1)
  }

  test('T52 of all racers for a code exactly one gets tokens', async (t) => {
    t.diagnostic(await raceForCodes(track(), CODES))
  })

  test('T65 all successes of a refresh token name one successor', async (t) => {
    t.diagnostic(await raceForSuccessors(track(), REFRESH_TOKENS))
  })

  test('a worker killed under load: nothing acknowledged is lost, and another takes its place', async (t) => {
    const { acknowledged, unanswered } = await underLoad(async (journal) => {
      await journal.acknowledgements(ACKNOWLEDGEMENTS)
      await replaceWorker('SIGKILL')
      await journal.acknowledgements(ACKNOWLEDGEMENTS)
    })
    t.diagnostic(`${acknowledged} acknowledgements survived, ${unanswered} requests were cut off`)
  })

  test('both workers replaced in turn under load, then the end: all in order', async (t) => {
    const { acknowledged, unanswered } = await underLoad(async (journal) => {
      for (const signal of ['SIGTERM', 'SIGTERM'] as const) {
        await replaceWorker(signal)
        await journal.acknowledgements(ACKNOWLEDGEMENTS)
      }
    })
    await server.stop()
    assert.equal(server.child.exitCode, 0, server.talk)
    const ends = server.talk.split('\n').filter((line) => line.includes('a worker ended'))
    const codes = ends.map((line) => JSON.parse(line)).map(({ code, signal }) => code ?? signal)
    assert.deepEqual(codes, ['SIGKILL', 0, 0])
    t.diagnostic(`${acknowledged} acknowledgements, ${unanswered} requests were cut off`)
  })
})

const SERVES_AGAIN = 'a worker serves again'
