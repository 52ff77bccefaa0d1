// What one instance still believes after another process changed it; the bounds of docs/guide/scaling.md.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@grantd/testkit/ports'
import { freshDatabase } from '@grantd/testkit/postgres'
import { Place } from '../cli/cli.ts'
import { Caller } from '../crash/caller.ts'
import { Cast } from '../crash/cast.ts'
import { ServerProcess, Site } from '../crash/server-process.ts'
import { Wire } from '../crash/wire.ts'

/** Half a second, and a little for what lies between a commit and the end of the command that made it. */
const BOUND_MS = 600

describe('two instances on one PostgreSQL database', () => {
  let site: Site
  let cast: Cast
  let tool: Place
  const callers: Caller[] = []
  const wires: Wire[] = []
  const closing: (() => unknown)[] = []

  before(async () => {
    const database = await freshDatabase()
    site = await Site.create({ OAUTH2_DATABASE_URL: database.url })
    const servers = await Promise.all(
      [site.port, await freePort()].map((port) => ServerProcess.start(site, { port })),
    )
    cast = await Cast.on(site, 1)
    tool = new Place(site.env)
    for (const { port } of servers) {
      wires.push(new Wire(port))
      callers.push(new Caller(port, 1))
    }
    closing.push(() => {
      for (const each of [...wires, ...callers]) each.close()
    })
    closing.push(() => Promise.all(servers.map((server) => server.stop())))
    closing.push(
      () => tool[Symbol.dispose](),
      () => site[Symbol.dispose](),
    )
    closing.push(() => database[Symbol.asyncDispose]())
  })
  after(async () => {
    for (const close of closing) await close()
  })

  const [one, other] = [() => callers[0] as Caller, () => callers[1] as Caller]

  /** Asks until the answer is `wanted`; what was asked later than the bound must not be answered otherwise. */
  async function obeys(ask: () => Promise<unknown>, wanted: unknown): Promise<void> {
    const changedAt = performance.now()
    for (;;) {
      const age = performance.now() - changedAt
      const answer = await ask()
      if (answer === wanted) return
      assert.ok(age < BOUND_MS, `${Math.round(age)} ms later still ${String(answer)}`)
      await wait(10)
    }
  }

  test('a disabled client is refused by both, enabled again it is accepted by both', async () => {
    const { client } = cast
    const ask = async (caller: Caller) => (await caller.clientCredentials(client)).status
    const tokens = await Promise.all(callers.map((caller) => caller.clientCredentials(client)))
    assert.deepEqual(
      tokens.map(({ status }) => status),
      [200, 200],
    )
    const change = async (flag: string) =>
      assert.equal((await tool.run(['client', 'update', client.id, flag])).code, 0)
    await change('--disable')
    for (const caller of callers) await obeys(() => ask(caller), 401)
    await change('--enable')
    for (const caller of callers) await obeys(() => ask(caller), 200)
  })

  test('a revoked token and a closed session are over at once', async () => {
    const { client } = cast
    const { accessToken } = await one().clientCredentials(client)
    assert.equal(await other().introspect(client, accessToken), true)
    assert.equal((await one().revoke(client, accessToken)).status, 200)
    assert.equal(await other().introspect(client, accessToken), false)

    const cookie = await other().signIn(cast.username)
    assert.ok(typeof cookie === 'string', 'signed in')
    const profile = await one().profile(cookie)
    assert.equal(profile.status, 200)
    assert.equal((await one().signOut(cookie, profile)).status, 303)
    assert.equal((await other().profile(cookie)).status, 303)
  })

  test('guesses are counted together', async () => {
    const statuses: boolean[] = []
    for (let guess = 0; guess < 12; guess++) {
      const caller = callers[guess % 2] ?? one()
      const answer = await caller.signIn('somebody', `guess ${guess}`)
      statuses.push(typeof answer !== 'string' && answer.status === 429)
    }
    assert.equal(statuses[0], false)
    assert.ok(statuses.includes(true), 'neither instance lets more than its share through')
  })

  test('a new signing key is in the JWKS of both', async () => {
    const keysOf = async (wire: Wire) =>
      JSON.parse((await wire.send('GET', '/.well-known/jwks.json')).text).keys.length
    const before = await Promise.all(wires.map(keysOf))
    const { code } = await tool.run(['keys', 'rotate', '--algorithm', 'ES256'])
    assert.equal(code, 0)
    for (const [index, wire] of wires.entries()) {
      await obeys(() => keysOf(wire), (before[index] ?? 0) + 1)
    }
  })
})
