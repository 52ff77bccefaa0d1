// Owns: a contender's process: its start, what it costs, its end.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { cpuSecondsOf } from '@grantd/testkit/process-tree'
import { coresOf, type Place, pinned } from './cores.ts'

const START_DEADLINE_MS = 30_000

export interface ProcessOptions {
  readonly command: readonly string[]
  readonly port: number
  /** Answers 200 when the server is up. */
  readonly probe: string
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly place?: Place
  /** Where standard output goes; a file costs what it costs in production. */
  readonly stdout?: number
}

const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL') // a benchmark that was cut short leaves nobody behind
})

/** A server in a process of its own. */
export class ServerProcess {
  readonly port: number
  readonly child: ChildProcess
  readonly #startedAt = performance.now()
  #talk = ''
  readyMs = 0

  private constructor(options: ProcessOptions) {
    this.port = options.port
    const [command = '', ...args] = pinned(coresOf(options.place ?? 'server'), options.command)
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: { PATH: process.env.PATH, ...options.env },
      stdio: ['ignore', options.stdout ?? 'ignore', 'pipe', 'ipc'],
    })
    alive.add(this.child)
    this.child.on('exit', () => alive.delete(this.child))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#talk = (this.#talk + text).slice(-4_000)
    })
  }

  /** Resolves when `probe` answers 200. */
  static async start(options: ProcessOptions): Promise<ServerProcess> {
    const server = new ServerProcess(options)
    try {
      await server.#untilUp(`http://127.0.0.1:${options.port}${options.probe}`)
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  async #untilUp(url: string): Promise<void> {
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`a contender ended: ${this.#talk}`)
      const elapsed = performance.now() - this.#startedAt
      if (elapsed > START_DEADLINE_MS) throw new Error(`a contender is not up: ${this.#talk}`)
      const answer = await fetch(url).catch(() => undefined) // refused until it listens
      await answer?.arrayBuffer()
      if (answer?.ok === true) break
      await pause(5)
    }
    this.readyMs = performance.now() - this.#startedAt
  }

  /** User and system time of all its threads and workers, in seconds. Linux only, else `NaN`. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.child.pid ?? 0)
  }

  /** Resident memory in MB (2^20 bytes). Linux only, else `NaN`. */
  residentMb(): number {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024
    } catch {
      return Number.NaN
    }
  }

  /** Sends a question over IPC and resolves with the answer. */
  async ask<Answer>(question: object): Promise<Answer> {
    const answered = once(this.child, 'message')
    this.child.send(question)
    const [answer] = await answered
    return answer as Answer // contenders/oidc-provider.ts answers what it is asked
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const late = setTimeout(() => this.child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(late)
  }
}
