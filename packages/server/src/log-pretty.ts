// Owns: how a log line looks to a person. Does not own: what is logged, or where it goes.
import { styleText } from 'node:util'
import { visible } from './visible.ts'

export type PrettyLevel = 'debug' | 'info' | 'warn' | 'error'

export interface PrettyEntry {
  readonly level: PrettyLevel
  readonly message: string
  readonly fields: object
  /** Where the line will go: colours only for a terminal that wants them. */
  readonly stream: { readonly isTTY?: boolean }
  readonly at?: Date
}

const STYLES = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const

/** `12:00:01.234 WARN  refresh token was used again  client=demo family=…`, an error with its stack below. */
export function prettyLine({
  level,
  message,
  fields,
  stream,
  at = new Date(),
}: PrettyEntry): string {
  const { err, ...rest } = fields as { err?: unknown }
  const pairs = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shown(value)}`],
  )
  const head = [
    paint('dim', timeOf(at), stream),
    paint(STYLES[level], level.toUpperCase().padEnd(5), stream),
    visible(message),
  ].join(' ')
  const line = pairs.length === 0 ? head : `${head}  ${paint('dim', pairs.join(' '), stream)}`
  return err === undefined ? line : `${line}\n${indented(err)}`
}

export interface PrettyAccess {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
  readonly ip: string
  /** The caller left before there was an answer. */
  readonly isAborted?: boolean
  /** Of a worker among several. */
  readonly pid?: number | undefined
}

/** `12:00:01.234 200 POST /oauth/token  3.1 ms  127.0.0.1`, of a worker with `  pid=4711` */
export function prettyAccessLine(
  entry: PrettyAccess,
  stream: PrettyEntry['stream'],
  at = new Date(),
): string {
  const { method, path, status, ms, ip, pid, isAborted } = entry
  const style = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green'
  const what = `${paint(style, String(status), stream)} ${method.padEnd(4)} ${visible(path)}${isAborted ? '  caller left' : ''}`
  const who = pid === undefined ? ip : `${ip}  pid=${pid}`
  const rest = paint('dim', `${ms} ms  ${who}`, stream)
  return `${paint('dim', timeOf(at), stream)} ${what}  ${rest}`
}

function timeOf(at: Date): string {
  return at.toISOString().slice(11, 23)
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  // JSON leaves C1 controls and line separators as they are; terminals may act on them.
  return /^[\x21-\x7e]+$/.test(text) ? text : visible(JSON.stringify(text))
}

function indented(error: unknown): string {
  return textOf(error)
    .split('\n')
    .map((line) => `    ${visible(line)}`)
    .join('\n')
}

/** An error, or what is shown of one, with its causes below. */
function textOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return shown(error)
  const { stack, message, cause } = error as {
    readonly stack?: unknown
    readonly message?: unknown
    readonly cause?: unknown
  }
  if (typeof message !== 'string') return shown(error)
  const own = typeof stack === 'string' ? stack : message
  return cause === undefined ? own : `${own}\ncaused by ${textOf(cause)}`
}

function paint(
  style: (typeof STYLES)[PrettyLevel],
  text: string,
  stream: PrettyEntry['stream'],
): string {
  return stream.isTTY && !process.env.NO_COLOR
    ? styleText(style, text, { validateStream: false })
    : text
}
