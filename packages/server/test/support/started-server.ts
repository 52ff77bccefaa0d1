import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '@grantd/testkit/ports'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const START_MS = 20_000

/** The one line of `grantd dev --json`. */
interface Ready {
  readonly issuer: string
  readonly base_url: string
  readonly setup_url?: string
  readonly demo: {
    readonly user: { readonly username: string; readonly password: string }
    readonly publicClientId: string
    readonly confidentialClientId: string
    readonly confidentialClientSecret: string
    readonly redirectUri: string
  }
}

interface Running {
  readonly child: ChildProcess
  readonly ready: Ready
  /** What it wrote to stderr so far. */
  readonly log: readonly string[]
}

export interface StartOptions {
  /** `npm` is what the README says; `grantd` is the same command without npm around it. */
  readonly by?: 'grantd' | 'npm'
  readonly env?: Readonly<Record<string, string>>
}

/** The server as people start it: a process of its own, its data in a folder of its own. */
export class StartedServer {
  readonly #options: StartOptions
  readonly #folder: string
  readonly #port: number
  #running: Running

  private constructor(
    options: StartOptions,
    place: { folder: string; port: number },
    running: Running,
  ) {
    this.#options = options
    this.#folder = place.folder
    this.#port = place.port
    this.#running = running
  }

  static async start(options: StartOptions = {}): Promise<StartedServer> {
    const place = { folder: mkdtempSync(path.join(tmpdir(), 'grantd-')), port: await freePort() }
    return new StartedServer(options, place, await launch(options, place))
  }

  get ready(): Ready {
    return this.#running.ready
  }

  get base(): string {
    return this.ready.base_url
  }

  url(target: string): string {
    return this.base + target
  }

  /** Stops it and starts it again on the same port and data. */
  async restart(): Promise<void> {
    await this.#stop()
    this.#running = await launch(this.#options, { folder: this.#folder, port: this.#port })
  }

  /** Registers a client the way apps do (RFC 7591); the answer of the server. */
  async register(metadata: object): Promise<{ client_id: string; client_secret?: string }> {
    const answer = await fetch(this.url('/clients/register'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    })
    const body = await answer.json()
    assert.equal(answer.status, 201, JSON.stringify(body))
    return body as { client_id: string; client_secret?: string }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#stop()
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }

  async #stop(): Promise<void> {
    const { child, log } = this.#running
    assert.deepEqual([child.exitCode, child.signalCode], [null, null], 'the server still runs')
    const ended = once(child, 'close')
    if (this.#options.by === 'npm') signalGroup(child, 'SIGINT')
    else child.kill('SIGTERM')
    await ended
    if (this.#options.by !== 'npm') assert.equal(child.exitCode, 0, 'SIGTERM ends it with exit 0')
    const faults = log
      .join('')
      .split('\n')
      .filter((line) => line.includes('"level":50'))
    assert.deepEqual(faults, [], 'the server logged no fault')
  }
}

/** As a terminal's Ctrl-C does: npm, its shell and the server. npm itself forwards no SIGTERM. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal)
}

function launch(options: StartOptions, place: { folder: string; port: number }): Promise<Running> {
  const { by = 'grantd', env = {} } = options
  const [command, args, cwd] =
    by === 'npm'
      ? ['npm', ['start', '--silent', '--', '--json'], ROOT]
      : [process.execPath, [path.join(ROOT, 'bin/grantd.mjs'), 'dev', '--json'], place.folder]
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: by === 'npm', // a process group, which can be signalled as a whole
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      OAUTH2_SERVER_PORT: String(place.port),
      OAUTH2_DATA_DIR: path.join(place.folder, '.grantd'),
      OAUTH2_LOG_ACCESS: 'false',
      ...env,
    },
  })
  return new Promise((resolve, reject) => {
    const log: string[] = []
    const giveUp = (why: string) => {
      if (by === 'npm') signalGroup(child, 'SIGKILL')
      else child.kill('SIGKILL')
      reject(new Error(`the server did not start (${why}): ${log.join('')}`))
    }
    const timer = setTimeout(() => giveUp(`nothing within ${START_MS} ms`), START_MS)
    const onExit = (code: number | null) => giveUp(`exit ${code}`)
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text))
    child.once('exit', onExit)
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve({ child, log, ready: JSON.parse(line) as Ready })
    })
  })
}
