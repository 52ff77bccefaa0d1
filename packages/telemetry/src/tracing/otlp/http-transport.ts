// OTLP/HTTP with protobuf: https://opentelemetry.io/docs/specs/otlp/#otlphttp
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
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
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

export function httpTransport({ url, headers, gzip, ca }: TransportOptions): Transport {
  const isSecure = url.protocol === 'https:'
  const agent = isSecure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1, ...(ca !== undefined && { ca }) })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 })
  const request = isSecure ? httpsRequest : httpRequest
  const common = {
    ...headers,
    'content-type': 'application/x-protobuf',
    'user-agent': 'grantd',
    ...(gzip && { 'content-encoding': 'gzip' }),
  }

  async function send(message: Uint8Array, timeoutMs: number): Promise<TransportOutcome> {
    const body = gzip ? await compress(message) : message
    const signal = AbortSignal.timeout(timeoutMs)
    return new Promise((resolve) => {
      const fail = (error: unknown) =>
        resolve({ retry: signal.aborted ? 'no answer in time' : reasonOf(error) })
      const sent = request(url, {
        method: 'POST',
        agent,
        signal,
        headers: { ...common, 'content-length': String(body.length) },
      })
      sent.on('error', fail)
      sent.on('response', (response) => collect(response).then(resolve, fail))
      sent.end(body)
    })
  }
  return { send, close: () => agent.destroy() }
}

async function collect(response: IncomingMessage): Promise<TransportOutcome> {
  const { statusCode: status = 0, headers } = response
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) return { refused: 'the answer is too long' }
    chunks.push(chunk)
  }
  if (status >= 200 && status < 300) return { body: Buffer.concat(chunks) }
  if (!RETRYABLE.has(status)) return { refused: `HTTP ${status}` }
  const seconds = Number(headers['retry-after'])
  return { retry: `HTTP ${status}`, ...(seconds > 0 && { afterMs: seconds * 1_000 }) }
}
