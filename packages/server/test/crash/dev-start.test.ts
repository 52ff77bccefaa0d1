// The first start of `grantd dev` is killed between its writes; the second must print credentials
// that work, for nobody has others.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { freePort } from '@grantd/testkit/ports'
import { Caller } from './caller.ts'
import { GRANTD, preloadOf } from './server-process.ts'

/** What `grantd dev --json` prints, as far as this test reads it. */
interface Banner {
  readonly demo: {
    readonly user: { readonly username: string; readonly password: string }
    readonly confidentialClientId: string
    readonly confidentialClientSecret: string
  }
}

function startDev(folder: string, port: number, failpoint?: string) {
  const { flags, env } = preloadOf({ failpoint })
  const command = [...flags, GRANTD, 'dev', '--json', '--port', String(port)]
  return spawn(process.execPath, command, {
    cwd: folder,
    env: { PATH: process.env.PATH, OAUTH2_LOG_ACCESS: 'false', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

// The writer's first transactions: two signing keys, the user, the two clients.
for (const transaction of [1, 3, 4]) {
  test(`killed after transaction ${transaction} of the first start, the second works`, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-dev-'))
    await using end = new AsyncDisposableStack()
    end.defer(() => rmSync(folder, { recursive: true }))
    const port = await freePort()
    const first = startDev(folder, port, `after-commit#${transaction}`)
    const [, signal] = await once(first, 'exit')
    assert.equal(signal, 'SIGKILL')

    const second = startDev(folder, port)
    const hasEnded = once(second, 'exit')
    end.defer(async () => {
      second.kill('SIGTERM')
      await hasEnded
    })
    const [line] = await Promise.race([
      once(createInterface(second.stdout), 'line'),
      hasEnded.then(() => assert.fail('the second start ended')),
    ])
    const { demo } = JSON.parse(String(line)) as Banner // printed by grantd itself
    const caller = new Caller(port)
    end.defer(() => caller.close())
    const { username, password } = demo.user
    assert.equal(typeof (await caller.signIn(username, password)), 'string', 'cannot sign in')
    const client = { id: demo.confidentialClientId, secret: demo.confidentialClientSecret }
    assert.equal((await caller.clientCredentials(client)).status, 200)
  })
}
