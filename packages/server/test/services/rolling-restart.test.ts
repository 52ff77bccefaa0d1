// R17: instances on one PostgreSQL database behind nginx with the shipped configuration, restarted and
// killed under load. docs/guide/scaling.md promises what is shown here.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort } from '@grantd/testkit/ports'
import { freshDatabase } from '@grantd/testkit/postgres'
import { Caller } from '../crash/caller.ts'
import { Cast } from '../crash/cast.ts'
import { Journal } from '../crash/journal.ts'
import { ServerProcess, Site } from '../crash/server-process.ts'
import { verifyAll } from '../crash/verify.ts'
import { Wire } from '../crash/wire.ts'
import { runLane, type Stage } from '../crash/workload.ts'
import { hiddenFields } from '../support/server.ts'
import { type Attempt, Nginx, type Passage } from './nginx.ts'

const INSTANCES = 3
/** As many people of one network may be signing in at once without being slowed down. */
const LANES = 5
/** Restarts of every instance; 100 for the long run. */
const ROLLS = Number(process.env.GRANTD_ROLLS ?? 2)
const KILLS = Number(process.env.GRANTD_ROLL_KILLS ?? 3)
/** More than the load of a roll can use up. */
const USERS_PER_ROLL = 1_500

/** Everything between a caller and the database. */
class Scene implements AsyncDisposable {
  readonly site: Site
  readonly nginx: Nginx
  readonly ports: readonly number[]
  readonly #servers: ServerProcess[]
  readonly #database: AsyncDisposable

  private constructor(
    site: Site,
    nginx: Nginx,
    ports: readonly number[],
    servers: ServerProcess[],
    database: AsyncDisposable,
  ) {
    this.site = site
    this.nginx = nginx
    this.ports = ports
    this.#servers = servers
    this.#database = database
  }

  static async set(env: Readonly<Record<string, string>> = {}): Promise<Scene> {
    const database = await freshDatabase()
    const [tls = 0, plain = 0, ...ports] = await freePorts(2 + INSTANCES)
    const site = await Site.create({
      OAUTH2_DATABASE_URL: database.url,
      OAUTH2_PUBLIC_URL: `https://localhost:${tls}`,
      OAUTH2_SERVER_TRUST_PROXY_HEADERS: 'true',
      OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1',
      OAUTH2_SHUTDOWN_DELAY_SECS: '1',
      // A sign-in that a kill cuts off counts as a failed one.
      OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS: '1',
      ...env,
    })
    const servers = await Promise.all(ports.map((port) => ServerProcess.start(site, { port })))
    const nginx = await Nginx.start({ tls, plain, instances: ports })
    return new Scene(site, nginx, ports, servers, database)
  }

  instance(index: number): { port: number; server: ServerProcess } {
    const [port, server] = [this.ports[index], this.#servers[index]]
    assert.ok(port !== undefined && server !== undefined)
    return { port, server }
  }

  /** Starts the instance anew; resolves when nginx sends requests there again. */
  async begin(index: number): Promise<void> {
    const { port } = this.instance(index)
    this.#servers[index] = await ServerProcess.start(this.site, { port })
    await this.nginx.sendsTo(port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nginx[Symbol.asyncDispose]()
    await Promise.all(this.#servers.map((server) => server.kill()))
    await this.#database[Symbol.asyncDispose]()
    this.site[Symbol.dispose]()
  }
}

/** Load over keep-alive connections until `work` has ended; a lane goes on where `mayFail` says so. */
async function underLoad(
  stage: Omit<Stage, 'caller'>,
  { nginx }: Scene,
  work: () => Promise<void>,
  mayFail: boolean,
): Promise<void> {
  const stop = new AbortController()
  const lanes = Array.from({ length: LANES }, async () => {
    const caller = new Caller(new Wire(nginx.port, 1, nginx.proxy))
    do await runLane({ ...stage, caller }, stop.signal)
    while (mayFail && !stop.signal.aborted)
    caller.close()
  })
  try {
    await work()
  } finally {
    stop.abort()
    await Promise.all(lanes)
  }
}

/** An instance that stops answers 502 by itself; nginx says 502 where nothing was answered. */
const isGivenBack = ({ status, bytesReceived }: Attempt) => status === 502 && bytesReceived > 0

/** A request that changes something was sent twice although the first may have been carried out. */
function isRepeatedBlindly({ method, attempts }: Passage): boolean {
  const isHarmless = (attempt: Attempt) => attempt.bytesSent === 0 || isGivenBack(attempt)
  return method === 'POST' && !attempts.slice(0, -1).every(isHarmless)
}

describe('three instances on PostgreSQL behind nginx', () => {
  test(`each restarted ${ROLLS} times under load: no request fails`, async (t) => {
    await using scene = await Scene.set()
    const journal = new Journal()
    const cast = await Cast.on(scene.site, USERS_PER_ROLL * ROLLS)
    const stops: number[] = []
    await underLoad(
      { journal, cast },
      scene,
      async () => {
        await journal.acknowledgements(200)
        for (let roll = 0; roll < ROLLS * INSTANCES; roll++) {
          const { server } = scene.instance(roll % INSTANCES)
          const startedAt = performance.now()
          await server.stop()
          stops.push(performance.now() - startedAt)
          assert.equal(server.child.exitCode, 0, server.talk)
          await scene.begin(roll % INSTANCES)
        }
      },
      false,
    )
    assert.deepEqual(journal.findings, [])
    assert.equal(journal.unanswered, 0)
    const { passages } = scene.nginx
    assert.deepEqual(
      passages.filter(({ status }) => status >= 500),
      [],
    )
    const givenBack = passages.filter(({ attempts }) => attempts.some(isGivenBack))
    assert.notEqual(givenBack.length, 0, 'a stopping instance gave requests back')
    t.diagnostic(
      `${passages.length} requests through ${stops.length} restarts, 0 failed; ${givenBack.length} ` +
        `were asked of another instance; the longest stop took ${Math.round(Math.max(...stops))} ms`,
    )
  })

  test(`killed with SIGKILL ${KILLS} times under load: nothing acknowledged is lost`, async (t) => {
    await using scene = await Scene.set()
    const journal = new Journal()
    const cast = await Cast.on(scene.site, USERS_PER_ROLL)
    await underLoad(
      { journal, cast },
      scene,
      async () => {
        for (let kill = 0; kill < KILLS; kill++) {
          await journal.acknowledgements(300)
          await scene.instance(kill % INSTANCES).server.kill()
          await scene.begin(kill % INSTANCES)
        }
      },
      true,
    )
    const caller = new Caller(new Wire(scene.nginx.port, LANES, scene.nginx.proxy))
    await verifyAll({ caller, journal, cast }, LANES)
    caller.close()
    assert.deepEqual(journal.findings, [])
    const { passages } = scene.nginx
    assert.deepEqual(passages.filter(isRepeatedBlindly), [])
    const saved = passages.filter(({ status, attempts }) => attempts.length > 1 && status < 500)
    t.diagnostic(
      `${journal.acknowledged} acknowledgements survived ${KILLS} kills; ${journal.unanswered} ` +
        `requests were cut off, ${saved.length} others were answered by another instance`,
    )
  })
})

describe('what grantd knows behind nginx', () => {
  test('its issuer, that cookies are Secure, and who calls; plain http is sent to https', async () => {
    await using scene = await Scene.set({
      OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS: '2',
      OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS: '900',
    })
    const { nginx, site } = scene
    const from = (localAddress: string) => new Wire(nginx.port, 1, { ...nginx.proxy, localAddress })
    const [guesser, other] = [from('127.0.0.2'), from('127.0.0.3')]
    const { text } = await guesser.send('GET', '/.well-known/openid-configuration')
    const { issuer, token_endpoint } = JSON.parse(text)
    assert.equal(issuer, site.env.OAUTH2_PUBLIC_URL)
    assert.equal(token_endpoint, `${issuer}/oauth/token`)
    const page = await guesser.send('GET', '/auth/login', { accept: 'text/html' })
    assert.match(page.headers['set-cookie']?.[0] ?? '', /^__Host-browser=.*; Secure$/)
    assert.match(page.headers['strict-transport-security'] ?? '', /^max-age=/)

    // Who guesses too often is slowed down by its own address, not by one it claims, on all instances.
    const guess = async (wire: Wire, name: string) => {
      const form = await wire.send('GET', '/auth/login', { accept: 'text/html' })
      const cookie = form.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
      const fields = { ...hiddenFields(form.text), username: name, password: 'a wrong one' }
      const forged = { cookie, 'x-forwarded-for': `192.0.2.${name.length}` }
      return (await wire.form('/auth/login', fields, forged)).status
    }
    const guesses: number[] = []
    for (const name of ['a', 'bb', 'ccc', 'dddd']) guesses.push(await guess(guesser, name))
    assert.deepEqual(guesses, [303, 303, 429, 429])
    assert.equal(await guess(other, 'eeeee'), 303)
    guesser.close()
    other.close()

    const plain = await fetch(`http://127.0.0.1:${nginx.plainPort}/auth/login?a=b`, {
      redirect: 'manual',
    })
    assert.equal(plain.status, 301)
    assert.equal(plain.headers.get('location'), 'https://127.0.0.1/auth/login?a=b')
  })
})

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports]
}
