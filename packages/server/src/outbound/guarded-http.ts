// Owns: every request to a URL that somebody else named. Does not own: why it is made (oauth), which
// addresses are callable (callable-addresses.ts). Start here: `createGuardedHttp`.
import { lookup as systemLookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { OutboundError, type OutboundHttp, type OutboundResponse } from '@grantd/oauth'
import type { HostCall, HostCircuits } from '../resilience/host-circuits.ts'
import { CallableAddresses } from './callable-addresses.ts'
import { KeptConnections } from './kept-connections.ts'

const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 5_000

interface Sent {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  /** Whether the connection stays open for the next request. */
  readonly keeps?: boolean
}

/** On first use: as an ES module `node:http` drags in node's fetch, 6 MB that few servers ever need. */
const clients = new Map<string, Pick<typeof import('node:http'), 'request' | 'Agent'>>()

async function clientOf(protocol: string) {
  const client = await (protocol === 'https:' ? import('node:https') : import('node:http'))
  clients.set(protocol, client)
  return client
}

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
  /**
   * On a connection that stays open for the next one, since there may be thousands a second. What a host
   * leaves unanswered because it closed such a connection is sent once more: it may come twice.
   */
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
  const kept = new KeptConnections()
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

  async function send(text: string, request: Sent): Promise<OutboundResponse> {
    const url = parse(text)
    const call = circuits?.enter(url.host)
    if (call !== undefined && 'waitSeconds' in call) {
      const wait = `it is called again in ${call.waitSeconds} s`
      throw new OutboundError('unreachable', `the host did not answer lately; ${wait}`)
    }
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const found = await (request.keeps === true
        ? kept.addressesOf(url, () => addressesOf(url, signal))
        : addressesOf(url, signal))
      const traceparent = traceparentFor?.(url.hostname)
      const headers =
        traceparent === undefined ? request.headers : { ...request.headers, traceparent }
      const { keeps = false } = request
      const answer = await exchange(url, found, { ...request, headers, keeps }, signal)
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
    asked: Sent,
    signal: AbortSignal,
  ): Promise<OutboundResponse> {
    const { method, headers, body, keeps } = asked
    const { request, Agent } = clients.get(url.protocol) ?? (await clientOf(url.protocol))
    const agent = keeps === true && kept.agent(url.protocol, Agent)
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, agent, lookup: pinned(found) })
      let isAnswered = false
      const giveUp = () => sent.destroy(signal.reason as Error)
      signal.addEventListener('abort', giveUp, { once: true })
      sent.once('close', () => signal.removeEventListener('abort', giveUp))
      sent.on('socket', (socket) => {
        const check = () => {
          const peer = socket.remoteAddress ?? ''
          if (!found.some(({ address }) => isSame(address, peer)))
            sent.destroy(forbidden('another address answered than was asked'))
        }
        if (socket.connecting) socket.once('connect', check)
        else check()
      })
      sent.on('error', (error) => {
        // The host closed it at this very moment, or its name has moved since: that is no failure.
        const isStale = sent.reusedSocket && !isAnswered && !signal.aborted
        if (isStale) resolve(exchange(url, found, { ...asked, keeps: false }, signal))
        else reject(error)
      })
      sent.on('response', (response) => {
        isAnswered = true
        collect(response).then(resolve, reject)
      })
      sent.end(body)
    })
  }

  return {
    get: (url, { accept }) => send(url, { method: 'GET', headers: { ...COMMON, accept } }),
    post: (url, { headers, body }) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      const all = { ...COMMON, ...headers, ...length }
      return send(url, { method: 'POST', headers: all, body, keeps: true })
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

function collect(response: IncomingMessage): Promise<OutboundResponse> {
  const { statusCode: status = 0, headers } = response
  return new Promise((resolve, reject) => {
    const refuse = (reason: 'unexpected' | 'too_large', message: string): void => {
      reject(new OutboundError(reason, message))
      response.destroy()
    }
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > MAX_BYTES) refuse('too_large', `an answer may have ${MAX_BYTES} bytes`)
    })
    response.on('end', () => {
      const contentType = headers['content-type']
      resolve({ status, contentType, body: Buffer.concat(chunks, size) })
    })
    response.on('error', reject) // also of one that ends too early
    if (status >= 300 && status < 400) refuse('unexpected', 'a redirect is not followed')
    else if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      refuse('unexpected', 'a packed answer is not unpacked')
  })
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
