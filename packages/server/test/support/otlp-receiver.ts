// A collector for tests: takes OTLP over HTTP or gRPC as collectors do and reads the protobuf by the field
// numbers of opentelemetry-proto. docs/guide/tracing.md says what was run against OpenTelemetry's own.
import { EventEmitter, once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

type Value = string | number | boolean | undefined

export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  /** Empty for the first span of a trace. */
  readonly parentId: string
  /** 1 internal, 2 server, 3 client, 4 producer. */
  readonly kind: number
  /** Nanoseconds. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Readonly<Record<string, Value>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  /** 2 is an error. */
  readonly status: number
  readonly resource: Readonly<Record<string, Value>>
}

/** How it answers: takes spans, says that it is busy, says nothing. */
type Mood = 'well' | 'busy' | 'hung'

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = []
  /** Every byte that came, packed ones unpacked. */
  readonly bytes: Buffer[] = []
  readonly headers: Record<string, unknown>[] = []
  mood: Mood = 'well'
  readonly #server: Server
  readonly #arrived = new EventEmitter()
  readonly #sockets = new Set<{ destroy(): void }>()

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#sockets.add(socket))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` // it listens on TCP
  }

  static async http(): Promise<OtlpReceiver> {
    const server = createHttpServer(async (request, response) => {
      const packed = await buffer(request)
      const isPacked = request.headers['content-encoding'] === 'gzip'
      receiver.headers.push({ path: request.url, ...request.headers })
      if (receiver.mood === 'hung') return
      if (receiver.mood === 'busy') return response.writeHead(503).end()
      receiver.#take(isPacked ? gunzipSync(packed) : packed)
      return response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
    const receiver = new OtlpReceiver(server)
    await listen(server)
    return receiver
  }

  static async grpc(): Promise<OtlpReceiver> {
    const server = createHttp2Server()
    const receiver = new OtlpReceiver(server)
    server.on('stream', async (stream: ServerHttp2Stream, headers) => {
      stream.on('error', () => undefined)
      const frame = await buffer(stream)
      receiver.headers.push({ path: headers[':path'], ...headers })
      if (receiver.mood === 'hung') return
      const isWell = receiver.mood === 'well'
      const message = frame.subarray(5, 5 + frame.readUInt32BE(1))
      if (isWell) receiver.#take(frame[0] === 1 ? gunzipSync(message) : message)
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      )
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isWell ? '0' : '14' }))
      stream.end(Buffer.alloc(5))
    })
    await listen(server)
    return receiver
  }

  #take(message: Buffer): void {
    this.bytes.push(message)
    this.spans.push(...readRequest(message))
    this.#arrived.emit('spans')
  }

  /** Resolves with what `pick` finds, now or when it comes. */
  async find<Found>(pick: (spans: readonly ReceivedSpan[]) => Found | undefined): Promise<Found> {
    for (;;) {
      const found = pick(this.spans)
      if (found !== undefined) return found
      await once(this.#arrived, 'spans', { signal: AbortSignal.timeout(20_000) })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((done) => this.#server.close(done))
  }
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

type Field = number | bigint | Buffer
type Fields = ReadonlyMap<number, readonly Field[]>

function readRequest(message: Buffer): ReceivedSpan[] {
  return parts(read(message), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(part(resourceSpans, 1), 1)
    return parts(resourceSpans, 2).flatMap((scopeSpans) =>
      parts(scopeSpans, 2).map((span) => spanOf(span, resource)),
    )
  })
}

function spanOf(span: Fields, resource: ReceivedSpan['resource']): ReceivedSpan {
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentId: hex(span, 4),
    name: text(span, 5),
    kind: Number(span.get(6)?.[0] ?? 0),
    start: BigInt((span.get(7)?.[0] as bigint | undefined) ?? 0),
    end: BigInt((span.get(8)?.[0] as bigint | undefined) ?? 0),
    attributes: attributesOf(span, 9),
    links: parts(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
    status: Number(part(span, 15).get(3)?.[0] ?? 0),
    resource,
  }
}

function attributesOf(fields: Fields, number: number): Record<string, Value> {
  return Object.fromEntries(
    parts(fields, number).map((pair) => [text(pair, 1), valueIn(part(pair, 2))]),
  )
}

function valueIn(value: Fields): Value {
  const [string, bool, integer, double] = [1, 2, 3, 4].map((number) => value.get(number)?.[0])
  if (string !== undefined) return String(string)
  if (bool !== undefined) return bool === 1
  if (integer !== undefined) return Number(integer)
  if (typeof double !== 'bigint') return undefined
  const bits = Buffer.alloc(8)
  bits.writeBigUInt64LE(double)
  return bits.readDoubleLE()
}

function parts(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).map((field) => read(field as Buffer)) // messages are bytes
}

function part(fields: Fields, number: number): Fields {
  return parts(fields, number)[0] ?? new Map()
}

function text(fields: Fields, number: number): string {
  return String(fields.get(number)?.[0] ?? '')
}

function hex(fields: Fields, number: number): string {
  const [bytes] = fields.get(number) ?? []
  return bytes instanceof Buffer ? bytes.toString('hex') : ''
}

/** Protobuf's wire format: varint, 64 bits, bytes, 32 bits. */
function read(message: Buffer): Fields {
  const fields = new Map<number, Field[]>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++] ?? 0
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  const bytes = (length: number): Buffer => {
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const tag = varint()
    const field = ((): Field => {
      switch (tag & 7) {
        case 0:
          return varint()
        case 1:
          return bytes(8).readBigUInt64LE()
        case 2:
          return bytes(varint())
        default:
          return bytes(4).readUInt32LE()
      }
    })()
    const number = tag >>> 3
    fields.set(number, [...(fields.get(number) ?? []), field])
  }
  return fields
}
