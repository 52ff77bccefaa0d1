// Owns: a real `grantd serve` in a process of its own, its start, its announcements and its violent end.
// Does not own: what is asked of it (workload.ts), where it ends by itself (failpoints.ts).

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { freePort } from '@grantd/testkit/ports'
import { WIDE_LIMITS } from '../support/wide-limits.ts'

export const GRANTD = fileURLToPath(new URL('../../../../bin/grantd.mjs', import.meta.url))
/** The test runner's; a start takes 0.2 s less. Only an orderly end adds to it. */
const { NODE_COMPILE_CACHE } = process.env
const START_DEADLINE_MS = 60_000
export const ENCRYPTION_KEY = '5a'.repeat(32)

/** A folder with one database and the settings that every process on it shares. */
export class Site {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'grantd-crash-'))
  readonly database = path.join(this.folder, 'g.db')
  readonly port: number
  readonly issuer: string
  readonly env: Readonly<Record<string, string>>

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port
    this.issuer = `http://127.0.0.1:${port}`
    this.env = {
      OAUTH2_DATABASE_URL: `sqlite:${this.database}`,
      OAUTH2_ENCRYPTION_KEY: ENCRYPTION_KEY,
      OAUTH2_PUBLIC_URL: this.issuer,
      OAUTH2_LOG_ACCESS: 'false',
      OAUTH2_ID_TOKEN_ALG: 'ES256',
      ...WIDE_LIMITS,
      ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
      ...env,
    }
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<Site> {
    return new Site(await freePort(), env)
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface StartOptions {
  readonly port?: number
  /** Ends the process at a point of failpoints.ts: `<point>#<n>`. */
  readonly failpoint?: string | undefined
  /** Makes the server tell a lie of lies.ts. */
  readonly lie?: string | undefined
  /** What runs the process: `strace` and its options, for one. */
  readonly wrapper?: readonly string[]
}

/** One server process. */
export class ServerProcess {
  readonly child: ChildProcess
  readonly port: number
  readonly ended: Promise<void>
  /** Resolves when requests are answered; rejects when the process ends before that. */
  readonly ready: Promise<void>
  /** From the start of the process until it was ready; 0 before that. */
  readyMs = 0
  #talk = ''

  constructor(site: Site, options: StartOptions = {}) {
    this.port = options.port ?? site.port
    const preload = preloadOf(options)
    const command = [
      ...(options.wrapper ?? []),
      process.execPath,
      ...preload.flags,
      GRANTD,
      'serve',
      '--port',
      String(this.port),
    ]
    this.child = spawn(command[0] ?? '', command.slice(1), {
      cwd: site.folder,
      env: { PATH: process.env.PATH, ...site.env, ...preload.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const startedAt = performance.now()
    this.ended = once(this.child, 'close').then(() => undefined)
    const isReady = Promise.withResolvers<void>()
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#talk = (this.#talk + text).slice(-20_000)
      if (this.readyMs === 0 && this.#talk.includes('ready in ')) {
        this.readyMs = performance.now() - startedAt
        isReady.resolve()
      }
    })
    const late = setTimeout(() => {
      isReady.reject(new Error(`not ready in ${START_DEADLINE_MS} ms: ${this.#talk}`))
    }, START_DEADLINE_MS)
    isReady.promise.catch(() => undefined).finally(() => clearTimeout(late))
    this.ended.then(() => isReady.reject(new Error(`ended before it was ready: ${this.#talk}`)))
    this.ready = isReady.promise
    this.ready.catch(() => undefined) // who waits hears it; who kills on purpose need not
  }

  static async start(site: Site, options: StartOptions = {}): Promise<ServerProcess> {
    const server = new ServerProcess(site, options)
    try {
      await server.ready
    } catch (error) {
      await server.kill()
      throw error
    }
    return server
  }

  /** What it said on stderr. */
  get talk(): string {
    return this.#talk
  }

  /** Resolves when it has said `text` on stderr so many times, also before this was asked. */
  async said(text: string, times = 1): Promise<void> {
    const { stderr } = this.child
    while (stderr !== null && this.#talk.split(text).length <= times) await once(stderr, 'data')
  }

  /** The failpoint at which it ended, if it did. */
  get killedAt(): string | undefined {
    return /^killed at (\S+)$/m.exec(this.#talk)?.[1]
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    if (this.child.pid !== undefined) await this.ended
  }

  /** Asks it to stop and waits until it has. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM')
    await this.ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}

export function preloadOf({ failpoint, lie }: StartOptions): {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
} {
  const load = (file: string) => [
    '--import',
    pathToFileURL(path.join(import.meta.dirname, file)).href,
  ]
  return {
    flags: [
      ...(failpoint === undefined ? [] : load('failpoints.ts')),
      ...(lie === undefined ? [] : load('lies.ts')),
    ],
    env: {
      ...(failpoint !== undefined && { GRANTD_FAILPOINT: failpoint }),
      ...(lie !== undefined && { GRANTD_LIE: lie }),
    },
  }
}
