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
/** Paths, with how each was last asked and answered; what strangers make up must not push them out. */
const KEPT_REQUESTS = 256
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
  const lineOf = lineMaker(headOf(pid))
  if (target !== undefined) {
    return { write: (entry) => target.write(lineOf(entry)), flush: () => Promise.resolve() }
  }
  const most = pid === undefined ? BUFFER_BYTES : PIPE_BYTES
  const output = destination({
    sync: false,
    maxWrite: most,
    minLength: most - 1,
    contentMode: 'buffer',
  })
  // Lines are gathered here: the stream would measure, hence copy, all it holds at every line. They leave
  // as bytes: for a text it would take room for three bytes a character, and look at each of them twice.
  let lines = ''
  const handOver = (): void => {
    if (lines !== '') writeBytes(output, Buffer.from(lines, 'latin1'))
    lines = ''
  }
  const send = (): void => {
    handOver()
    output.flush()
  }
  setInterval(send, FLUSH_MS).unref()
  beforeExit(handOver)
  return {
    write(entry) {
      const line = lineOf(entry)
      if (lines.length + line.length > most) send()
      lines += line
    },
    flush() {
      handOver()
      return new Promise((resolve) => output.flush(() => resolve()))
    },
  }
}

/** The stream's types know of texts alone, whatever its `contentMode`. */
function writeBytes(output: DestinationStream, bytes: Buffer): void {
  output.write(bytes as unknown as string)
}

const lastSteps = new Set<() => void>()

/** Before the stream writes what it has when the process exits. */
function beforeExit(step: () => void): void {
  if (lastSteps.size === 0) {
    process.prependListener('exit', () => {
      for (const each of lastSteps) each()
    })
  }
  lastSteps.add(step)
}

/** What lines about the same path have in common. */
interface Known {
  readonly method: string
  readonly status: number
  readonly text: string
}

/**
 * The line as pino would write it, at a fraction of the cost: only the path is the caller's text, all
 * other texts consist of characters that JSON leaves alone. Put together from few pieces, since each
 * is copied on its own when the line leaves; those that return from line to line are kept.
 */
function lineMaker(log: string): (entry: AccessEntry) => string {
  let [atMs, start] = [Number.NaN, '']
  let [lastIp, aboutIp] = ['', '']
  const requests = new Map<string, Known>()
  const aboutRequest = ({ method, path, status }: AccessEntry): string => {
    const known = requests.get(path)
    if (known !== undefined && known.status === status && known.method === method) return known.text
    const shown = asciiJson(path.length > MAX_PATH ? path.slice(0, MAX_PATH) : path)
    const text = `","method":"${method}","path":${shown},"status":${status},"ms":`
    const isKept = known !== undefined || requests.size < KEPT_REQUESTS
    // A copy: a part of an address keeps the whole of it in memory, with the secrets in its query.
    if (isKept && path.length <= MAX_PATH) requests.set(JSON.parse(shown), { method, status, text })
    return text
  }
  return (entry) => {
    const now = Date.now()
    if (now !== atMs) {
      atMs = now
      start = `{"level":30,"time":${now},${log}"request_id":"`
    }
    const { requestId, ms, ip, bytes, isAborted, trace } = entry
    if (ip !== lastIp) {
      lastIp = ip
      aboutIp = `,"ip":"${ip}","bytes":`
    }
    const end = isAborted === true ? ',"aborted":true' : ''
    const traced = trace === undefined ? '}\n' : `${traceOf(trace)}}\n`
    return `${start}${requestId}${aboutRequest(entry)}${tenths(ms)}${aboutIp}${bytes}${end}${traced}`
  }
}

/** Lines are ASCII, so that their length is their number of bytes. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
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
