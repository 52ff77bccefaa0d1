// A whole server under mixed load while its PostgreSQL is killed, hangs, and its network fails: what was
// acknowledged stays true, nothing is used twice, every request is answered, and service returns.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { FaultyProxy } from '@grantd/testkit/faulty-proxy'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { Caller } from '../crash/caller.ts'
import { Cast } from '../crash/cast.ts'
import { Journal } from '../crash/journal.ts'
import { ServerProcess, Site } from '../crash/server-process.ts'
import { verifyAll } from '../crash/verify.ts'
import { type Answer, NoAnswer, Wire } from '../crash/wire.ts'
import { runLane } from '../crash/workload.ts'

const LANES = 4
/** Each is asked for one consent, refused or not. */
const USERS = 6_000
/** What a lane that was refused waits: a fast machine would else use up all users at a closed door. */
const REFUSED_MS = 10
const ACKNOWLEDGEMENTS = 40

/** Takes 503 for no answer: what was asked may have happened or not. */
class DoubtfulWire extends Wire {
  refusals = 0

  override async send(...request: Parameters<Wire['send']>): Promise<Answer> {
    const answer = await super.send(...request)
    if (answer.status !== 503) return answer
    this.refusals++
    throw new NoAnswer(`${request[0]} ${request[1]}`)
  }
}

test('PostgreSQL killed, hung, cut off and refusing under load: nothing acknowledged is lost', async (t) => {
  using database = await PrivateServer.start()
  await using proxy = await FaultyProxy.to(database.url)
  using site = await Site.create({
    OAUTH2_DATABASE_URL: `${proxy.through(database.url)}?statement_timeout=1000`,
    OAUTH2_DATABASE_ACQUIRE_TIMEOUT_SECS: '2',
    // A sign-in that is cut off counts as a failed one.
    OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS: '1',
  })
  await using server = await ServerProcess.start(site)
  const cast = await Cast.on(site, USERS)
  const journal = new Journal()
  const stop = new AbortController()
  t.after(() => stop.abort()) // a test that fails ends its load
  const wires = Array.from({ length: LANES }, () => new DoubtfulWire(site.port, 2))
  const lanes = wires.map(async (wire) => {
    const caller = new Caller(wire)
    do {
      await runLane({ caller, journal, cast }, stop.signal)
      if (!stop.signal.aborted) await pause(REFUSED_MS)
    } while (!stop.signal.aborted)
    caller.close()
  })

  await journal.acknowledgements(ACKNOWLEDGEMENTS)
  database.kill()
  await pause(300)
  await database.start()
  await journal.acknowledgements(ACKNOWLEDGEMENTS)

  await database.hang()
  await pause(1_500) // longer than the statement timeout
  database.resume()
  await journal.acknowledgements(ACKNOWLEDGEMENTS)

  for (let cut = 0; cut < 8; cut++) {
    proxy.cutAll()
    await pause(30)
  }
  proxy.faults.refuse = true
  proxy.cutAll()
  await pause(500)
  proxy.faults.refuse = false
  await journal.acknowledgements(ACKNOWLEDGEMENTS)
  stop.abort()
  await Promise.all(lanes)

  const caller = new Caller(server.port, LANES)
  await verifyAll({ caller, journal, cast }, LANES)
  caller.close()
  assert.deepEqual(journal.findings, [])
  const refusals = wires.reduce((sum, wire) => sum + wire.refusals, 0)
  assert.equal(journal.unanswered <= refusals, true, 'a request was left without an answer')
  await server.stop()
  assert.equal(server.child.exitCode, 0, server.talk)
  t.diagnostic(`${journal.acknowledged} acknowledgements, ${refusals} requests refused`)
})
