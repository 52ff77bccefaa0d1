// The thread that writes ends while the process lives on: what was in flight is answered honestly,
// a new thread takes over, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Caller } from './caller.ts'
import { Cast } from './cast.ts'
import { ServerProcess, Site } from './server-process.ts'
import { Wire } from './wire.ts'

const LANES = 8
const TOKENS = 200
const ENDED = 'the thread that writes the database ended'
const BACK = 'the thread that writes the database runs again'

for (const point of ['before-commit', 'after-commit']) {
  test(`the writer thread ends ${point}: 503 for a moment, then a new one writes`, async () => {
    using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '0' })
    // The fifth transaction: the first stores the signing key.
    await using server = await ServerProcess.start(site, { failpoint: `${point}#5!thread` })
    const { client } = await Cast.on(site)
    const caller = new Caller(server.port, LANES)
    const tokens: string[] = []
    const refused = new Set<number>()
    let left = TOKENS
    // From now on: the lines of those who are refused push these out of what is kept of the log.
    const hasEnded = server.said(ENDED)
    const isBack = server.said(BACK)
    async function lane(): Promise<void> {
      while (left-- > 0) {
        const { status, accessToken } = await caller.clientCredentials(client)
        if (status === 200) tokens.push(accessToken)
        else {
          refused.add(status)
          await isBack
          // The circuit of the database closes a moment after the new thread is there.
          while ((await caller.clientCredentials(client)).status === 503) await pause(50)
        }
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    assert.deepEqual([...refused], [503])
    assert.ok(tokens.length > TOKENS - 2 * LANES, `only ${tokens.length} tokens`)
    for (const token of tokens) assert.equal(await caller.introspect(client, token), true)
    caller.close()

    const wire = new Wire(server.port)
    assert.equal((await wire.send('GET', '/ready')).status, 200)
    wire.close()
    await hasEnded
    await server.stop()
  })
}
