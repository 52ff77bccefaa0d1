// Owns: requests at a fixed rate, whatever the server does (an open loop): how overload is measured.
// wrk asks again only when it was answered, so a slow server slows it down and is never overloaded.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { coresOf } from './cores.ts'

export interface Stream {
  readonly name: string
  readonly method?: 'GET' | 'POST'
  readonly path: string
  /** In it and in headers, `{n}` is the number of the request (8 digits), `{ip}` an address of its own. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly perSecond: number
  /** One request at a time on each; when all are taken, a request is not sent, and counted. */
  readonly connections: number
}

export interface StreamResult {
  readonly name: string
  readonly seconds: number
  /** Answers with a status below 400. */
  readonly fine: number
  /** 503. */
  readonly refused: number
  readonly other: number
  readonly broken: number
  readonly unsent: number
  readonly fineP50Ms: number
  readonly fineP99Ms: number
  readonly refusedP99Ms: number
}

export interface OpenLoad {
  readonly port: number
  readonly seconds: number
  readonly streams: readonly Stream[]
  /** It sleeps between two requests, to the millisecond: where the server has the same processors. */
  readonly rests?: boolean
}

/** Resolves to what became of each stream. The generator is a process of its own, on its own core. */
export async function openLoop(load: OpenLoad): Promise<readonly StreamResult[]> {
  const cores = coresOf('load')
  const child = fork(path.join(import.meta.dirname, 'open-loop-process.ts'), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced', // a percentile of nothing is NaN
    ...(cores !== undefined && { execPath: 'taskset', execArgv: ['-c', cores, process.execPath] }),
  })
  try {
    child.send(load)
    const [results] = (await once(child, 'message')) as [readonly StreamResult[]] // sent by it
    return results
  } finally {
    child.kill()
  }
}
