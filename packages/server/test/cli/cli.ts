// Owns: the real `grantd` command in processes of its own, in a folder of its own.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const GRANTD = fileURLToPath(new URL('../../../../bin/grantd.mjs', import.meta.url))
const { PATH, NODE_COMPILE_CACHE } = process.env
const START_DEADLINE_MS = 30_000
/** What a server may still believe after another process changed it: half a second, and a little. */
const STALENESS_MS = 600

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder in which nobody has configured anything, and the commands run there. */
export class Place {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'grantd-cli-'))
  readonly env: Readonly<Record<string, string>>

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.env = env
  }

  /** One command to its end; `input` is what a pipe gives it. */
  async run(
    args: readonly string[],
    options: { input?: string; env?: object } = {},
  ): Promise<Outcome> {
    const child = this.spawn(args, options.env)
    child.stdin?.end(options.input ?? '')
    const [stdout, stderr, [code]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'exit'),
    ])
    return { code, stdout, stderr }
  }

  /** The JSON that a successful command printed. */
  async json<Value>(args: readonly string[], input?: string): Promise<Value> {
    const { code, stdout, stderr } = await this.run(
      [...args, '--output', 'json'],
      input === undefined ? {} : { input },
    )
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as Value // the caller knows what this command prints
  }

  spawn(args: readonly string[], env: object = {}): ChildProcess {
    return spawn(process.execPath, [GRANTD, ...args], {
      cwd: this.folder,
      env: { PATH, NODE_COMPILE_CACHE, ...this.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  files(): string[] {
    return readdirSync(this.folder)
  }

  has(file: string): boolean {
    return existsSync(path.join(this.folder, file))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A server in the foreground of its own process. */
export class Running {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
  }

  /** Resolves when it has said `words`; rejects when it ends or takes too long. */
  until(words: string): Promise<this> {
    return this.when(() => (this.stdout + this.stderr).includes(words))
  }

  /** Resolves when what it has said makes `holds` true; rejects when it ends or takes too long. */
  async when(holds: () => boolean): Promise<this> {
    const { child } = this
    const heard = Promise.withResolvers<void>()
    const late = setTimeout(() => heard.reject(this.#surprise('is late')), START_DEADLINE_MS)
    const look = (): void => {
      if (holds()) heard.resolve()
    }
    const onExit = (): void => heard.reject(this.#surprise('ended'))
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look)
    child.once('exit', onExit)
    look()
    try {
      await heard.promise
    } finally {
      clearTimeout(late)
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', look)
      child.off('exit', onExit)
    }
    return this
  }

  /** Resolves to the exit code when it ends by itself. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null)
      await once(this.child, 'exit')
    return this.child.exitCode
  }

  /** Resolves when nobody holds its outputs any more, neither it nor a child of its own. */
  async closed(): Promise<void> {
    const streams = [this.child.stdout, this.child.stderr]
    for (const stream of streams) if (stream?.closed === false) await once(stream, 'close')
  }

  /** Sends the signal and resolves to the exit code. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    const [code] = await ended
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.stop('SIGKILL')
  }

  #surprise(what: string): Error {
    return new Error(`the server ${what}: ${this.stdout}${this.stderr}`)
  }
}

export async function start(
  place: Place,
  args: readonly string[],
  words: string,
): Promise<Running> {
  const running = new Running(place.spawn(args))
  return running.until(words)
}

/** Asks until the answer is `wanted`, at most as long as the server may be stale. */
export async function settles(ask: () => Promise<number>, wanted: number): Promise<void> {
  const until = performance.now() + STALENESS_MS
  let status = await ask()
  while (status !== wanted && performance.now() < until) {
    await wait(20)
    status = await ask()
  }
  assert.equal(status, wanted)
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  stream?.setEncoding('utf8')
  for await (const chunk of stream ?? []) text += chunk
  return text
}
