// OTLP/gRPC: one unary call, which is a POST over HTTP/2 with a length before the message and the status in
// the trailers (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). That is all of gRPC that
// is needed, so no gRPC library (38 packages) is.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  MAX_ANSWER_BYTES,
  reasonOf,
  type Transport,
  type TransportOptions,
  type TransportOutcome,
} from './transport.ts'

const compress = promisify(gzip)
const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const PREFIX_BYTES = 5
/** OTLP, "Failures": cancelled, deadline exceeded, aborted, out of range, unavailable, data loss. */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15])

export function grpcTransport({ url, headers, gzip, ca }: TransportOptions): Transport {
  let session: ClientHttp2Session | undefined
  const prefix = url.pathname === '/' ? '' : url.pathname.replace(/\/$/, '')
  const common = {
    ...headers,
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: prefix + PATH,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'grantd',
    ...(gzip && { 'grpc-encoding': 'gzip' }),
  }

  /** The connection in use, or a new one; a broken one is left behind. */
  function connected(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const opened = connect(url.origin, ca === undefined ? {} : { ca })
    // Each call hears of it too; without a listener it would end the process.
    opened.on('error', () => opened.destroy())
    opened.on('goaway', () => opened.close())
    opened.unref()
    session = opened
    return opened
  }

  async function send(message: Uint8Array, timeoutMs: number): Promise<TransportOutcome> {
    const body = gzip ? await compress(message) : message
    return new Promise((resolve) => {
      const opened = connected()
      const finish = (outcome: TransportOutcome) => {
        clearTimeout(timer)
        opened.off('close', lost)
        opened.off('error', lost)
        resolve(outcome)
      }
      const lost = (error?: unknown) =>
        finish({ retry: error === undefined ? 'the connection ended' : reasonOf(error) })
      const timer = setTimeout(() => {
        finish({ retry: 'no answer in time' })
        opened.destroy() // it may be the connection that hangs
      }, timeoutMs)
      timer.unref()
      opened.once('error', lost)
      opened.once('close', lost)
      try {
        const stream = opened.request({ ...common, 'grpc-timeout': `${timeoutMs}m` })
        collect(stream).then(finish, lost)
        stream.end(framed(body, gzip))
      } catch (error) {
        lost(error)
      }
    })
  }
  return { send, close: () => session?.destroy() }
}

function framed(message: Uint8Array, isCompressed: boolean): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length)
  frame.writeUInt8(isCompressed ? 1 : 0, 0)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, PREFIX_BYTES)
  return frame
}

function collect(stream: ClientHttp2Stream): Promise<TransportOutcome> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let httpStatus = 0
    let status: string | undefined
    stream.on('response', (headers) => {
      httpStatus = Number(headers[':status'])
      // An answer without a message has its status here.
      status = headers['grpc-status'] as string | undefined
    })
    stream.on('trailers', (trailers) => {
      status = (trailers['grpc-status'] as string | undefined) ?? status
    })
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_ANSWER_BYTES) chunks.push(chunk)
      else stream.close(constants.NGHTTP2_CANCEL)
    })
    stream.on('error', reject)
    stream.on('close', () => {
      if (status === '0') return resolve({ body: Buffer.concat(chunks).subarray(PREFIX_BYTES) })
      if (httpStatus === 0) return resolve({ retry: 'the connection ended' })
      if (status === undefined) return resolve({ refused: `no gRPC status, HTTP ${httpStatus}` })
      const reason = `gRPC status ${status}`
      resolve(RETRYABLE.has(Number(status)) ? { retry: reason } : { refused: reason })
    })
  })
}
