// Owns: every request to a URL that somebody else named. Does not own: why it is made (oauth), which
// addresses are callable (callable-addresses.ts). Start here: `createGuardedHttp`.
import { lookup as systemLookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { OutboundError, type OutboundHttp, type OutboundResponse } from '@grantd/oauth'
import type { HostCall, HostCircuits } from '../resilience/host-circuits.ts'
import { CallableAddresses } from './callable-addresses.ts'

const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 5_000

type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>

const systemResolve: Resolve = (host) => promisify(systemLookup)(host, { all: true })

export interface GuardedHttpOptions {
  /** CIDR ranges that may be called although they are special, over http as well and on any port. */
  readonly allowedNetworks: readonly string[]
  readonly timeoutMs?: number
  readonly resolve?: Resolve
  /** The trace context that a host may know; nothing is sent along without it. */
  readonly traceparentFor?: ((host: string) => string | undefined) | undefined
  /** Which hosts are not called for a while because they did not answer; absent: all are called. */
  readonly circuits?: HostCircuits | undefined
}

/** What operators' own URLs need beside: any body with any headers. */
export interface GuardedHttp extends OutboundHttp {
  post(
    url: string,
    request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ): Promise<OutboundResponse>
  /** Any method; `peer` is a name of ours for what is counted and traced. */
  send(
    url: string,
    request: {
      readonly method: string
      readonly headers: Readonly<Record<string, string>>
      readonly body?: string | undefined
      readonly peer: string
    },
  ): Promise<OutboundResponse>
}

/**
 * One client for all URLs that clients name (RFC 9700 §4.11 and T125, T126): https on port 443 to
 * public addresses only. Every address of a name is checked, the checked ones are what is connected,
 * and the peer is looked at once more; nothing is followed, unpacked, or sent along.
 */
export function createGuardedHttp(options: GuardedHttpOptions): GuardedHttp {
  const addresses = new CallableAddresses(options.allowedNetworks)
  const { timeoutMs = TIMEOUT_MS, resolve = systemResolve, circuits, traceparentFor } = options

  function requireCallable(url: URL, found: readonly string[]): void {
    const isOpened = found.every((address) => addresses.isAllowed(address))
    if (isOpened) return
    const refused = found.find((one) => !addresses.isPublic(one) && !addresses.isAllowed(one))
    if (refused !== undefined) throw forbidden('its host is in a private or special network')
    if (url.protocol !== 'https:') throw forbidden('it does not use https')
    if (url.port !== '') throw forbidden('it does not use port 443')
  }

  async function addressesOf(
    url: URL,
    signal: AbortSignal,
  ): Promise<readonly { address: string; family: number }[]> {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const found = family === 0 ? await orLate(resolve(host), signal) : [{ address: host, family }]
    requireCallable(
      url,
      found.map(({ address }) => address),
    )
    return found
  }

  async function send(
    text: string,
    request: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<OutboundResponse> {
    const url = parse(text)
    const call = circuits?.enter(url.host)
    if (call !== undefined && 'waitSeconds' in call) {
      const wait = `it is called again in ${call.waitSeconds} s`
      throw new OutboundError('unreachable', `the host did not answer lately; ${wait}`)
    }
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const found = await addressesOf(url, signal)
      const traceparent = traceparentFor?.(url.hostname)
      const headers =
        traceparent === undefined ? request.headers : { ...request.headers, traceparent }
      const answer = await exchange(url, found, { ...request, headers }, signal)
      // Whatever the status: one client's path must not speak for all who share the host.
      if (call !== undefined) circuits?.succeed(call)
      return answer
    } catch (cause) {
      const error = outboundError(cause, signal)
      if (call !== undefined) settle(call, error)
      throw error
    }
  }

  function settle(call: HostCall, { reason }: OutboundError): void {
    if (reason === 'forbidden') circuits?.abandon(call)
    else if (reason === 'timeout' || reason === 'unreachable') circuits?.fail(call)
    else circuits?.succeed(call)
  }

  async function exchange(
    url: URL,
    found: readonly { address: string; family: number }[],
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: string },
    signal: AbortSignal,
  ): Promise<OutboundResponse> {
    // On first use: as an ES module `node:http` drags in node's fetch, 6 MB that few servers ever need.
    const { request } = await (url.protocol === 'https:'
      ? import('node:https')
      : import('node:http'))
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, signal, agent: false, lookup: pinned(found) })
      sent.on('socket', (socket) =>
        socket.on('connect', () => {
          const peer = socket.remoteAddress ?? ''
          if (!found.some(({ address }) => isSame(address, peer)))
            sent.destroy(forbidden('another address answered than was asked'))
        }),
      )
      sent.on('error', reject)
      sent.on('response', (response) => collect(response).then(resolve, reject))
      sent.end(body)
    })
  }

  return {
    get: (url, { accept }) => send(url, { method: 'GET', headers: { ...COMMON, accept } }),
    post: (url, { headers, body }) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      return send(url, { method: 'POST', headers: { ...COMMON, ...headers, ...length }, body })
    },
    send: (url, { method, headers, body }) => {
      const sent = { ...COMMON, ...headers }
      if (body === undefined) return send(url, { method, headers: sent })
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      return send(url, { method, headers: { ...sent, ...length }, body })
    },
    postForm: (url, fields) => {
      const body = new URLSearchParams(fields).toString()
      const headers = {
        ...COMMON,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
      }
      return send(url, { method: 'POST', headers, body })
    },
    async refusal(text) {
      try {
        await addressesOf(parse(text), AbortSignal.timeout(timeoutMs))
        return undefined
      } catch (error) {
        // A name that does not resolve today is not refused: it is checked again when it is called.
        return error instanceof OutboundError ? error.message : undefined
      }
    },
  }
}

function outboundError(cause: unknown, signal: AbortSignal): OutboundError {
  if (cause instanceof OutboundError) return cause
  if (signal.aborted) return new OutboundError('timeout', 'no answer in time', { cause })
  return new OutboundError('unreachable', 'the host could not be reached', { cause })
}

/** A name server that hangs must not be waited for any longer than the host. */
function orLate<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    work.then(resolve, reject)
  })
}

const COMMON = { 'user-agent': 'grantd', 'accept-encoding': 'identity' } as const

/** Gives the connection the addresses that were checked, so that the name cannot change its mind. */
function pinned(found: readonly { address: string; family: number }[]): LookupFunction {
  return (_host, options, done) => {
    if (options.all === true) return done(null, [...found])
    const [first] = found
    if (first === undefined) return done(new Error('no address'), '', 0)
    return done(null, first.address, first.family)
  }
}

function isSame(checked: string, peer: string): boolean {
  return checked === peer || `::ffff:${checked}` === peer.toLowerCase()
}

async function collect(response: IncomingMessage): Promise<OutboundResponse> {
  const { statusCode: status = 0, headers } = response
  const refuse = (reason: 'unexpected' | 'too_large', message: string): never => {
    response.destroy()
    throw new OutboundError(reason, message)
  }
  if (status >= 300 && status < 400) refuse('unexpected', 'a redirect is not followed')
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') refuse('unexpected', 'a packed answer is not unpacked')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) refuse('too_large', `an answer may have ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return { status, contentType: headers['content-type'], body: Buffer.concat(chunks, size) }
}

function parse(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw forbidden('it is no https URL')
  if (url.username !== '' || url.password !== '') throw forbidden('it carries user information')
  return url
}

function forbidden(message: string): OutboundError {
  return new OutboundError('forbidden', message)
}
