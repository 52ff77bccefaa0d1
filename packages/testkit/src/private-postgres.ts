import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freeze, thaw } from './freeze.ts'
import { freePort } from './ports.ts'
import { sql } from './postgres.ts'
import { childrenOf, cpuSecondsOf } from './process-tree.ts'

const programs = globSync('/usr/lib/postgresql/*/bin/initdb')
  .toSorted()
  .at(-1)
  ?.replace('/initdb', '')

/** A PostgreSQL server of a test's own: it may be killed, broken and started again. */
export class PrivateServer {
  readonly #folder: string
  readonly #port: number
  readonly #options: string

  private constructor(folder: string, port: number, options: string) {
    this.#folder = folder
    this.#port = port
    this.#options = options
  }

  /** `settings` are as on the server's command line, `-c fsync=off`; `files` go to its data folder. */
  static async start(
    settings = '',
    files: Readonly<Record<string, string>> = {},
  ): Promise<PrivateServer> {
    if (programs === undefined) {
      throw new Error('no PostgreSQL programs; run `bash scripts/services.sh up postgres`')
    }
    const folder = mkdtempSync('/var/tmp/grantd-postgres-')
    if (isRoot) execFileSync('chown', ['postgres:', folder])
    const server = new PrivateServer(folder, await freePort(), settings)
    server.#run('initdb', ['-D', join(folder, 'data'), '-U', 'grantd', '-A', 'trust', '-E', 'UTF8'])
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, 'data', name)
      writeFileSync(path, text, { mode: 0o600 })
      if (isRoot) execFileSync('chown', ['postgres:', path])
    }
    await server.start()
    return server
  }

  get url(): string {
    return `postgresql://grantd@127.0.0.1:${this.#port}/postgres`
  }

  /** Makes an empty database, besides the one of `url`, and gives its URL. */
  async createDatabase(name: string): Promise<string> {
    await sql(this.url, `CREATE DATABASE ${name}`)
    const url = new URL(this.url)
    url.pathname = `/${name}`
    return url.href
  }

  /** Starts it; after a kill that is possible only when the last child has noticed. */
  async start(): Promise<void> {
    const data = join(this.#folder, 'data')
    const settings = `-p ${this.#port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' ${this.#options}`
    const options = [
      'start',
      '-s',
      '-w',
      '-D',
      data,
      '-l',
      join(this.#folder, 'log'),
      '-o',
      settings,
    ]
    for (let tries = 1; ; tries++) {
      try {
        return this.#run('pg_ctl', options)
      } catch (error) {
        if (tries === 20) throw error
        await delay(250)
      }
    }
  }

  /**
   * kill -9 of all its processes; `start` recovers from the log. Were it the postmaster alone, its children would
   * go on until they notice, and answer what comes in the same moment.
   */
  kill(): void {
    const pid = this.#pid
    const children = childrenOf(pid)
    process.kill(pid, 'SIGKILL') // first: then it starts no more of them
    for (const child of children) killIfThere(child)
  }

  /** From now on connections are accepted and nothing is answered, by any of its processes. */
  async hang(): Promise<void> {
    await freeze(this.#pid) // first: then it starts no more of them
    for (const child of childrenOf(this.#pid)) await freeze(child)
  }

  resume(): void {
    for (const pid of [this.#pid, ...childrenOf(this.#pid)]) thaw(pid)
  }

  /** What it has cost so far, all its processes together. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#pid)
  }

  get #pid(): number {
    const pidFile = join(this.#folder, 'data', 'postmaster.pid')
    return Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  }

  [Symbol.dispose](): void {
    const data = join(this.#folder, 'data')
    const stop = ['stop', '-s', '-m', 'immediate', '-D', data]
    if (programs !== undefined) spawnSync(...asPostgres(join(programs, 'pg_ctl'), stop))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #run(program: string, options: readonly string[]): void {
    const result = spawnSync(...asPostgres(join(programs ?? '', program), options))
    if (result.status !== 0) throw new Error(`${program} failed; see ${this.#folder}/log`)
  }
}

/** A process may end by itself just before. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const isRoot = process.getuid?.() === 0

/** PostgreSQL refuses to run as root. The path of a shell need not name /usr/sbin. */
function asPostgres(program: string, options: readonly string[]) {
  const command: [string, ...string[]] = isRoot
    ? ['/usr/sbin/runuser', '-u', 'postgres', '--', program, ...options]
    : [program, ...options]
  const [file, ...rest] = command
  // No pipes: the server would keep them open, and its starter waiting, for ever.
  return [file, rest, { cwd: '/', stdio: 'ignore' }] as const
}
