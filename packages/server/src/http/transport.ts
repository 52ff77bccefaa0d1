// Owns: what kind of server listens: plain HTTP, TLS, or TLS with HTTP/2, each with its bounds.
// Does not own: what is answered (server.ts). Start here: `transportOptions`.
import type { Server } from 'node:http'
import type { Http2SecureServer, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyServerOptions } from 'fastify'
import type { HttpLimits } from './context.ts'

/** TLS as the listener takes it. */
export interface TlsOptions {
  readonly cert: string
  readonly key: string
  readonly minVersion: '1.2' | '1.3'
  readonly isHttp2: boolean
}

/** Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else (RFC 9325 §4.2). */
const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':')

/** The part of a secure server that changes when a certificate is renewed, and all that stays. */
export function secureContext({
  cert,
  key,
  minVersion,
}: Pick<TlsOptions, 'cert' | 'key' | 'minVersion'>) {
  return { cert, key, minVersion: `TLSv${minVersion}`, ciphers: CIPHERS } as const
}

/** Bounds of what one connection may make the server keep or do (CVE-2023-44487, CVE-2024-27983). */
const HTTP2_LIMITS = {
  settings: { maxConcurrentStreams: 100, enablePush: false, initialWindowSize: 65_535 },
  /** In megabytes. */
  maxSessionMemory: 4,
  maxSettings: 16,
  maxOutstandingPings: 4,
  maxSessionInvalidFrames: 64,
  maxSessionRejectedStreams: 64,
  /** Streams that a client opens and resets: this many at once, then so many in a second. */
  streamResetBurst: 200,
  streamResetRate: 20,
  peerMaxConcurrentStreams: 100,
}

/** What makes fastify listen in this way. */
export function transportOptions(
  tls: TlsOptions | undefined,
  limits: HttpLimits,
): FastifyServerOptions {
  const http = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
  }
  if (tls === undefined) return { http } as FastifyServerOptions // plain HTTP is an overload of its own
  const https = {
    ...http,
    ...secureContext(tls),
    honorCipherOrder: true,
    handshakeTimeout: limits.headersTimeoutMs,
  }
  if (!tls.isHttp2) return { https } as FastifyServerOptions
  const { settings, ...rest } = HTTP2_LIMITS
  return {
    http2: true,
    http2SessionTimeout: limits.keepAliveTimeoutMs,
    https: {
      ...https,
      ...rest,
      settings: { ...settings, maxHeaderListSize: limits.headerBytes },
      maxHeaderListPairs: limits.headerCount,
      allowHTTP1: true,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      http1Options: {
        ...http,
        requestTimeout: limits.requestTimeoutMs,
        keepAliveTimeout: limits.keepAliveTimeoutMs,
      },
    },
  } as unknown as FastifyServerOptions
}

/** Gives a server of HTTP/2 what node gives one of HTTP/1 alone; resolves to how it is cut off. */
export function superviseHttp2(server: Server, limits: HttpLimits): () => void {
  const secure = server as unknown as Http2SecureServer
  const sessions = new Set<ServerHttp2Session>()
  const sockets = new Set<Socket>()
  secure.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  secure.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  secure.on('stream', (stream: ServerHttp2Stream) => endSlowBody(stream, limits.requestTimeoutMs))
  return () => {
    for (const session of sessions) session.destroy()
    for (const socket of sockets) socket.destroy()
  }
}

/** A body that does not arrive in time ends its stream with 408, as the time-out of HTTP/1 does. */
function endSlowBody(stream: ServerHttp2Stream, timeoutMs: number): void {
  if (stream.endAfterHeaders) return
  const timer = setTimeout(() => {
    if (stream.destroyed || stream.readableEnded) return
    if (!stream.headersSent) stream.respond({ ':status': 408 }, { endStream: true })
    // Node says so only while nothing is answered; without it what had come would end like a whole body.
    stream.emit('aborted')
    stream.close()
  }, timeoutMs)
  timer.unref()
  const clear = () => clearTimeout(timer)
  stream.once('end', clear)
  stream.once('close', clear)
}
