import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import { Socket } from 'node:net'
import type { Verdict } from '@grantd/limits'
import type { TracedOrigin } from '../tracing/traced-origin.ts'
import { type FlatHeaders, pushRate } from './headers.ts'
import type { Place } from './hooks/admit.ts'
import { isUsual, learnHead, useHead } from './known-head.ts'

/** What became of a request. */
export interface Outcome {
  /** Absent when the connection ended before an answer began. */
  readonly status: number | undefined
  /** From the first hook to the answer. */
  readonly ms: number
  /** Of the answer's body. */
  readonly bytes: number
}

/** Hears of the end of every request, once: the access log, for one. Must not throw. */
export type Observer = (exchange: Exchange, outcome: Outcome) => void

/** Requests that began; with those that ended it tells how many are under way. */
export interface Load {
  begun: number
}

/** What the exchanges of one server share. */
export interface ExchangeOptions {
  readonly observers: readonly Observer[]
  readonly drain: { readonly isDraining: boolean }
  /** Absent where nobody counts. */
  readonly load?: Load | undefined
  addressOf(request: IncomingMessage): string
}

/** One request and its single answer. Every byte that leaves the server leaves through `send`, or `begin`. */
export class Exchange {
  readonly request: IncomingMessage
  readonly id: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly ip: string
  /** The router cannot decode its path: it is for no endpoint. */
  isBadPath = false
  /** Id of the endpoint that was found for it. */
  endpoint: string | undefined
  /** Its span, where traces are made. */
  trace: TracedOrigin | undefined
  /** The bucket that is nearest to empty, of those that this request was counted in. */
  rate: Verdict | undefined
  readonly #response: ServerResponse
  readonly #options: ExchangeOptions
  readonly #startedAt: number
  #added: string[] | undefined
  #isOver = false
  /** Where it is counted while an endpoint works for it. */
  place: Place | undefined
  #isAtWork = false

  constructor(
    id: string,
    request: IncomingMessage,
    response: ServerResponse,
    options: ExchangeOptions,
  ) {
    const target = request.url ?? ''
    const mark = target.indexOf('?')
    this.id = id
    this.request = request
    this.path = mark === -1 ? target : target.slice(0, mark)
    this.query = mark === -1 ? '' : target.slice(mark + 1)
    this.ip = options.addressOf(request)
    this.#response = response
    this.#options = options
    this.#startedAt = performance.now()
    if (options.load !== undefined) options.load.begun++
  }

  /** Call where the answer has to be waited for: the observers then hear of a connection that ends before. */
  watch(): void {
    this.#response.on('close', () => this.#end(undefined, 0))
  }

  get method(): string {
    return this.request.method ?? ''
  }

  get isAnswered(): boolean {
    return this.#response.headersSent
  }

  /** A header for whatever the answer will be; set again, the later value counts. */
  setHeader(name: string, value: string): void {
    this.#added ??= []
    const known = this.#added.indexOf(name)
    if (known === -1) this.#added.push(name, value)
    else this.#added[known + 1] = value
  }

  /** An endpoint begins to work for it, if there is room; then `leave` has to follow. */
  enter(): boolean {
    const { place } = this
    this.#isAtWork = place?.tryEnter() === true
    return place === undefined || this.#isAtWork
  }

  /** The endpoint is done. That the caller has left does not end its work, and gives no room. */
  leave(): void {
    if (this.#isAtWork) this.place?.leave()
    this.#isAtWork = false
  }

  /** Answers. Later calls do nothing: an answer that has begun cannot be taken back. */
  send(
    status: number,
    constant: FlatHeaders,
    changing: FlatHeaders | undefined,
    body?: string | Uint8Array,
  ): void {
    const response = this.#response
    if (response.headersSent) return
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    const added = this.#headersOfThisAnswer()
    if (this.request.httpVersionMajor === 2) {
      const headers = changing === undefined ? constant.slice() : constant.concat(changing)
      if (added !== undefined) headers.push(...added)
      if (hasLength(status)) headers.push('Content-Length', String(bytes))
      this.#sendHttp2(status, headers, body, bytes)
      return
    }
    if (this.request.socket.destroyed) {
      this.#end(undefined, 0)
      return
    }
    const isKnown = changing === undefined && this.#isUsual(status)
    if (!isKnown || !useHead(response, status, constant, added, bytes)) {
      const headers = changing === undefined ? constant.slice() : constant.concat(changing)
      if (added !== undefined) headers.push(...added)
      if (hasLength(status)) headers.push('Content-Length', String(bytes))
      if (this.#options.drain.isDraining) headers.push('Connection', 'close')
      // An injected request has no socket; its response reads headers back, which node then must keep.
      if (!(this.request.socket instanceof Socket)) response.setHeader('Content-Length', '0')
      response.writeHead(status, headers)
      if (isKnown) learnHead(response, status, constant, added)
    }
    // ASCII text is its own bytes: as latin1, header and body leave in one write without a copy.
    if (typeof body === 'string' && body.length === bytes) response.end(body, 'latin1')
    else response.end(body)
    this.#end(status, bytes)
  }

  /**
   * Answers with a body that goes on: the request counts as answered now, however long it lasts, and
   * its connection ends with it. `undefined` when there is nobody to answer.
   */
  begin(constant: FlatHeaders): ServerResponse | undefined {
    const response = this.#response
    // A response of HTTP/2 does not say that it was destroyed.
    if (response.headersSent || response.destroyed || this.#isOver) return undefined
    const headers = constant.concat(this.#headersOfThisAnswer() ?? [])
    if (this.request.httpVersionMajor === 1) headers.push('Connection', 'close')
    response.writeHead(200, headers)
    response.flushHeaders()
    this.#end(200, 0)
    return response
  }

  /** A connection of HTTP/2 has no header of its own (RFC 9113 §8.2.2); it is told to end by a frame. */
  #sendHttp2(
    status: number,
    headers: string[],
    body: string | Uint8Array | undefined,
    bytes: number,
  ): void {
    const { stream } = this.#response as unknown as Http2ServerResponse
    this.#response.writeHead(status, headers)
    this.#response.end(body, () => {
      // What is left of a body that was refused unread need not be sent.
      if (!this.request.complete) stream?.close(constants.NGHTTP2_NO_ERROR)
    })
    if (this.#options.drain.isDraining) stream?.session?.close()
    this.#end(status, bytes)
  }

  #headersOfThisAnswer(): string[] | undefined {
    if (this.rate === undefined) return this.#added
    const headers = this.#added === undefined ? [] : this.#added.slice()
    pushRate(headers, this.rate)
    return headers
  }

  #isUsual(status: number): boolean {
    if (this.#options.drain.isDraining || !hasLength(status)) return false
    return isUsual(this.request, this.#response)
  }

  #end(status: number | undefined, bytes: number): void {
    if (this.#isOver) return
    this.#isOver = true
    const outcome = { status, ms: performance.now() - this.#startedAt, bytes }
    for (const observe of this.#options.observers) observe(this, outcome)
  }
}

/** These two have no body, not even an empty one (RFC 9110 §15.3.5, §15.4.5). */
function hasLength(status: number): boolean {
  return status !== 204 && status !== 304
}
