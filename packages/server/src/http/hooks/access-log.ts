import type { Span } from '@grantd/telemetry'
import { type DestinationStream, destination } from 'pino'
import { prettyAccessLine } from '../../log-pretty.ts'
import type { Observer } from '../exchange.ts'

export interface AccessEntry {
  readonly requestId: string
  readonly method: string
  /** Never with the query: it carries codes, hints and state. */
  readonly path: string
  readonly status: number
  /** The caller left before there was an answer; the status is then 499, as proxies have it. */
  readonly isAborted?: boolean
  /** Where traces are made. */
  readonly trace?: Pick<Span, 'traceId' | 'spanId' | 'isRecorded'> | undefined
  readonly ms: number
  readonly ip: string
  readonly bytes: number
}

export interface AccessLog {
  write(entry: AccessEntry): void
  /** Resolves when everything written has left the buffer. */
  flush(): Promise<void>
}

const LEFT = 499

/** One line for each request, answered or not. */
export function logAccess(log: AccessLog): Observer {
  return ({ id: requestId, method, path, ip, trace }, { status, ms, bytes }) => {
    const isAborted = status === undefined
    const span = trace?.span
    log.write({
      requestId,
      method,
      path,
      status: status ?? LEFT,
      ms,
      ip,
      bytes,
      isAborted,
      trace: span,
    })
  }
}

const MAX_PATH = 256
const BUFFER_BYTES = 16_000
const FLUSH_MS = 1_000
/** What a pipe takes in one piece (POSIX PIPE_BUF): lines of several writers then stay whole. */
const PIPE_BYTES = 4_096

export interface AccessLogOptions {
  readonly format?: 'json' | 'pretty'
  readonly target?: DestinationStream
  /** Of a worker among several that write to the same output; each line then carries it. */
  readonly pid?: number | undefined
}

/**
 * One line a request, to standard output unless told otherwise, buffered for up to a second. JSON,
 * or for people (`pretty`), who see it at once.
 */
export function createAccessLog(options: AccessLogOptions = {}): AccessLog {
  return options.format === 'pretty'
    ? prettyAccessLog(options.target ?? process.stdout, options.pid)
    : jsonAccessLog(options.target, options.pid)
}

function jsonAccessLog(target: DestinationStream | undefined, pid: number | undefined): AccessLog {
  const size =
    pid === undefined
      ? { minLength: BUFFER_BYTES }
      : { minLength: PIPE_BYTES / 2, maxWrite: PIPE_BYTES }
  const buffered = target === undefined ? destination({ sync: false, ...size }) : undefined
  const stream = target ?? (buffered as DestinationStream)
  if (buffered !== undefined) setInterval(() => buffered.flush(), FLUSH_MS).unref()
  const head = headOf(pid)
  return {
    write(entry) {
      stream.write(lineOf(entry, head))
    },
    flush() {
      if (buffered === undefined) return Promise.resolve()
      return new Promise((resolve) => buffered.flush(() => resolve()))
    },
  }
}

/**
 * The line as pino would write it, at a quarter of the cost: only the path is the caller's text, all
 * other texts consist of characters that JSON leaves alone.
 */
function lineOf(
  { requestId, method, path, status, ms, ip, bytes, isAborted, trace }: AccessEntry,
  head: string,
): string {
  const known = path.length > MAX_PATH ? path.slice(0, MAX_PATH) : path
  return (
    `{"level":30,"time":${Date.now()},${head}"request_id":"${requestId}",` +
    `"method":"${method}","path":${JSON.stringify(known)},"status":${status},` +
    `"ms":${tenths(ms)},"ip":"${ip}","bytes":${bytes}` +
    `${isAborted === true ? ',"aborted":true' : ''}${trace === undefined ? '' : traceOf(trace)}}\n`
  )
}

function traceOf({ traceId, spanId, isRecorded }: NonNullable<AccessEntry['trace']>): string {
  return isRecorded ? `,"trace_id":"${traceId}","span_id":"${spanId}"` : `,"trace_id":"${traceId}"`
}

function headOf(pid: number | undefined): string {
  return `"log":"access",${pid === undefined ? '' : `"pid":${pid},`}`
}

function prettyAccessLog(
  target: DestinationStream & { readonly isTTY?: boolean },
  pid: number | undefined,
): AccessLog {
  return {
    write(entry) {
      const shown = { ...entry, path: entry.path.slice(0, MAX_PATH), ms: tenths(entry.ms), pid }
      target.write(`${prettyAccessLine(shown, target)}\n`)
    },
    flush: () => Promise.resolve(),
  }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
