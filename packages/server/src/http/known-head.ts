// Owns: the head of an answer that was sent before, as text. Does not own: which headers an answer has.
import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FlatHeaders } from './headers.ts'

/** Where node keeps the head it has made, from `writeHead` until the body is written. */
interface WithHead {
  _header: string | null
}

/** A head as node wrote it, cut where it changes from answer to answer. */
interface Head {
  /** Status line and constant headers. */
  readonly start: string
  /** What follows the date. */
  readonly end: string
  /** Date and `end`, in the second `at`. */
  dated: string
  at: number
}

// What we add comes after the constant headers; the date and all of the connection is node's own part.
const SHAPE =
  /^(HTTP\/1\.1 \d{3} .*\r\n(?:[^\r\n]+\r\n)*)Content-Length: \d+\r\nDate: [^\r\n]+(\r\nConnection: keep-alive\r\n(?:[^\r\n]+\r\n)*\r\n)$/
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/

/** By the list of constant headers, which lives as long as its server, and status. */
const heads = new WeakMap<FlatHeaders, Map<number, Head | undefined>>()

/**
 * The usual answer of a connection that stays open: it has the head of the last one but for date,
 * length and a few headers. Node checks and joins every header anew each time, a tenth of what a
 * document costs; so the text that it made once is used again. Whatever is unusual goes through node.
 */
export function isUsual(request: IncomingMessage, response: ServerResponse): boolean {
  return (
    response.shouldKeepAlive &&
    request.httpVersionMinor === 1 &&
    request.httpVersionMajor === 1 &&
    request.headers.expect === undefined &&
    request.socket instanceof Socket && // an injected request has none
    response instanceof ServerResponse && // HTTP/2 has no such text
    response.getHeaderNames().length === 0 // nobody else has set one
  )
}

/** Gives `response` the head; false when none is known yet, and `learnHead` may teach it. */
export function useHead(
  response: ServerResponse,
  status: number,
  constant: FlatHeaders,
  added: FlatHeaders | undefined,
  bytes: number,
): boolean {
  const head = heads.get(constant)?.get(status)
  if (head === undefined) return false
  const lines = added === undefined ? '' : linesOf(added)
  if (lines === undefined) return false
  const second = Math.floor(Date.now() / 1_000)
  if (head.at !== second) {
    head.at = second
    head.dated = `\r\nDate: ${new Date(second * 1_000).toUTCString()}${head.end}`
  }
  response.statusCode = status
  const withHead = response as unknown as WithHead // a property that node's types leave out
  withHead._header = `${head.start}${lines}Content-Length: ${bytes}${head.dated}`
  return true
}

/** Call after `writeHead` of a usual answer with these headers, then `Content-Length`, and no others. */
export function learnHead(
  response: ServerResponse,
  status: number,
  constant: FlatHeaders,
  added: FlatHeaders | undefined,
): void {
  const known = heads.get(constant) ?? new Map<number, Head | undefined>()
  if (known.has(status)) return
  heads.set(constant, known)
  const { _header: text } = response as unknown as WithHead
  const [, start = '', end = ''] = (typeof text === 'string' && SHAPE.exec(text)) || []
  const lines = added === undefined ? '' : linesOf(added)
  const isKnown = end !== '' && lines !== undefined && start.endsWith(lines)
  known.set(
    status,
    isKnown
      ? { start: start.slice(0, start.length - lines.length), end, dated: '', at: Number.NaN }
      : undefined,
  )
}

/** `undefined` when a value has what no header may have; node then says so. */
function linesOf(added: FlatHeaders): string | undefined {
  let lines = ''
  for (let at = 0; at < added.length; at += 2) {
    const value = added[at + 1] ?? ''
    if (UNSAFE.test(value)) return undefined
    lines += `${added[at]}: ${value}\r\n`
  }
  return lines
}
