import { type DestinationStream, destination } from 'pino'
import { prettyAccessLine } from '../../log-pretty.ts'

export interface AccessEntry {
  readonly requestId: string
  readonly method: string
  /** Never with the query: it carries codes, hints and state. */
  readonly path: string
  readonly status: number
  readonly ms: number
  readonly ip: string
  readonly bytes: number
}

export interface AccessLog {
  write(entry: AccessEntry): void
  /** Resolves when everything written has left the buffer. */
  flush(): Promise<void>
}

const MAX_PATH = 256
const BUFFER_BYTES = 16_000
const FLUSH_MS = 1_000

/**
 * One line a request, to standard output unless told otherwise, buffered for up to a second. JSON,
 * or for people (`pretty`), who see it at once.
 */
export function createAccessLog(
  options: { readonly format?: 'json' | 'pretty'; readonly target?: DestinationStream } = {},
): AccessLog {
  return options.format === 'pretty'
    ? prettyAccessLog(options.target ?? process.stdout)
    : jsonAccessLog(options.target)
}

function jsonAccessLog(target: DestinationStream | undefined): AccessLog {
  const buffered =
    target === undefined ? destination({ sync: false, minLength: BUFFER_BYTES }) : undefined
  const stream = target ?? (buffered as DestinationStream)
  if (buffered !== undefined) setInterval(() => buffered.flush(), FLUSH_MS).unref()
  return {
    write(entry) {
      stream.write(lineOf(entry))
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
function lineOf({ requestId, method, path, status, ms, ip, bytes }: AccessEntry): string {
  const known = path.length > MAX_PATH ? path.slice(0, MAX_PATH) : path
  return (
    `{"level":30,"time":${Date.now()},"log":"access","request_id":"${requestId}",` +
    `"method":"${method}","path":${JSON.stringify(known)},"status":${status},` +
    `"ms":${tenths(ms)},"ip":"${ip}","bytes":${bytes}}\n`
  )
}

function prettyAccessLog(target: DestinationStream & { readonly isTTY?: boolean }): AccessLog {
  return {
    write(entry) {
      const shown = { ...entry, path: entry.path.slice(0, MAX_PATH), ms: tenths(entry.ms) }
      target.write(`${prettyAccessLine(shown, target)}\n`)
    },
    flush: () => Promise.resolve(),
  }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
