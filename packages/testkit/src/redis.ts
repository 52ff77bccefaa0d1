import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freeze, thaw } from './freeze.ts'
import { freePort } from './ports.ts'

/** Where `scripts/services.sh up` starts Redis, unless the environment names another server. */
export const REDIS: string = process.env.GRANTD_TEST_REDIS_URL ?? 'redis://127.0.0.1:64331'

const START_TRIES = 100
const TRY_EVERY_MS = 100

/** A Redis of a test's own: it may be killed, stopped in its tracks and started again, empty. */
export class PrivateRedis {
  readonly #folder: string
  readonly #port: number
  #options: readonly string[]
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number, options: readonly string[]) {
    this.#folder = folder
    this.#port = port
    this.#options = options
  }

  /** `options` are as on the command line: `--requirepass`, `secret`. */
  static async start(options: readonly string[] = []): Promise<PrivateRedis> {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-redis-'))
    const redis = new PrivateRedis(folder, await freePort(), options)
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  get #pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error('Redis does not run')
    return pid
  }

  async start(options: readonly string[] = this.#options): Promise<void> {
    this.#options = options
    const place = ['--bind', '127.0.0.1', '--port', String(this.#port), '--dir', this.#folder]
    this.#child = spawn('redis-server', [...place, '--save', '', ...options], { stdio: 'ignore' })
    await once(this.#child, 'spawn')
    for (let tries = 1; !(await answers(this.#port)); tries++) {
      if (tries === START_TRIES) throw new Error('Redis does not start; is redis-server installed?')
      await delay(TRY_EVERY_MS)
    }
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** From now on it accepts connections and answers nothing. */
  async hang(): Promise<void> {
    await freeze(this.#pid)
  }

  resume(): void {
    thaw(this.#pid)
  }

  /** Runs one command on a connection of its own and resolves to the first bytes of the answer. */
  async command(text: string): Promise<string> {
    const socket = connect(this.#port, '127.0.0.1')
    socket.write(`${text}\r\n`)
    const [bytes] = await once(socket, 'data')
    socket.destroy()
    return String(bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Resolves to whether something answers there, be it only with a wish for a password. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    socket.write('PING\r\n')
    const [bytes] = await once(socket, 'data')
    return /^\+PONG|^-NOAUTH/.test(String(bytes))
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
