// Owns: putting load on a server, from a process of its own. Does not own: what the figures mean.
import { execFile, execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { coresOf, pinned } from './cores.ts'

const SCRIPT = path.join(import.meta.dirname, 'load.lua')

export interface Load {
  readonly path: string
  /** Form bodies: one is sent again and again, several once each; none makes it a GET. */
  readonly bodies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly connections: number
  readonly seconds: number
}

export interface Slice {
  readonly requestsPerSecond: number
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly shares: readonly Share[]
}

/** So many requests took about so long: a thousandth of a slice each. */
export interface Share {
  readonly requests: number
  readonly ms: number
}

interface Printed {
  readonly requests: number
  readonly micros: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly refused: number
  readonly broken: number
  readonly shares: readonly number[]
}

/** The first line of `wrk -v`, or `undefined` when wrk is not installed. */
export function wrkVersion(): string | undefined {
  try {
    execFileSync('wrk', ['-v'], { stdio: 'pipe' })
    return 'wrk'
  } catch (error) {
    // It prints its version and exits with 1.
    const { stdout } = error as { stdout?: Buffer }
    return stdout === undefined || stdout === null
      ? undefined
      : stdout.toString().split('\n')[0]?.trim()
  }
}

/** Loads one port; throws when a single answer was no success, since its figure would mean nothing. */
export async function load(port: number, what: Load): Promise<Slice> {
  const file = path.join(tmpdir(), `grantd-bench-${process.pid}-${port}.txt`)
  const { bodies } = what
  if (bodies !== undefined) writeFileSync(file, `${bodies.join('\n')}\n`)
  try {
    const url = `http://127.0.0.1:${port}${what.path}`
    const [command = '', ...options] = pinned(coresOf('load'), [
      'wrk',
      ...['-t1', `-c${what.connections}`, `-d${what.seconds}s`, '--timeout', '10s'],
      ...Object.entries(what.headers ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
      ...['--latency', '-s', SCRIPT, url],
      ...(bodies === undefined ? [] : ['--', file]),
    ])
    const text = await run(command, options)
    const line = text.split('\n').find((each) => each.startsWith('{'))
    if (line === undefined) throw new Error(`wrk said nothing that can be read: ${text}`)
    return sliceOf(JSON.parse(line) as Printed, url) // printed by load.lua
  } finally {
    rmSync(file, { force: true })
  }
}

/** Loads several ports at once, the connections shared out evenly; the worst latency counts. */
export async function loadAll(ports: readonly number[], what: Load): Promise<Slice> {
  const connections = Math.ceil(what.connections / ports.length)
  const slices = await Promise.all(ports.map((port) => load(port, { ...what, connections })))
  const total = (of: (slice: Slice) => number) => slices.reduce((sum, each) => sum + of(each), 0)
  const worst = (of: (slice: Slice) => number) => Math.max(...slices.map(of))
  return {
    requestsPerSecond: total((slice) => slice.requestsPerSecond),
    requests: total((slice) => slice.requests),
    p50Ms: worst((slice) => slice.p50Ms),
    p99Ms: worst((slice) => slice.p99Ms),
    maxMs: worst((slice) => slice.maxMs),
    shares: slices.flatMap(({ shares }) => shares),
  }
}

/** The p99 of all requests of these slices together. */
export function p99Of(slices: readonly Pick<Slice, 'requests' | 'shares'>[]): number {
  const hundredth = slices.reduce((sum, { requests }) => sum + requests, 0) / 100
  const slowestFirst = slices.flatMap(({ shares }) => shares).sort((a, b) => b.ms - a.ms)
  let slower = 0
  for (const { requests, ms } of slowestFirst) {
    slower += requests
    if (slower >= hundredth) return ms
  }
  return Number.NaN
}

function sliceOf(printed: Printed, url: string): Slice {
  if (printed.refused > 0 || printed.broken > 0 || printed.requests === 0) {
    throw new Error(`${url} did not answer every request with success: ${JSON.stringify(printed)}`)
  }
  return {
    requestsPerSecond: (printed.requests * 1e6) / printed.micros,
    requests: printed.requests,
    p50Ms: printed.p50 / 1_000,
    p99Ms: printed.p99 / 1_000,
    maxMs: printed.max / 1_000,
    shares: printed.shares.map((micros) => ({
      requests: printed.requests / 1_000,
      ms: micros / 1_000,
    })),
  }
}

function run(command: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, options, { maxBuffer: 1_048_576 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
}
