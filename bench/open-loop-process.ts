// The generator of open-loop.ts: sockets and bytes, no HTTP client, which would cost more than the server.
import { connect, type Socket } from 'node:net'
import type { OpenLoad, Stream, StreamResult } from './open-loop.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('Content-Length: ')
const DRAIN_MS = 2_000

class Lane {
  readonly #port: number
  readonly #tally: Tally
  readonly #onFree: (lane: Lane) => void
  #socket: Socket | undefined
  #since = 0
  #pending: Buffer | undefined

  constructor(port: number, tally: Tally, onFree: (lane: Lane) => void) {
    this.#port = port
    this.#tally = tally
    this.#onFree = onFree
  }

  /** `since` is when the request was due, not when a connection was found for it. */
  send(bytes: Buffer, since: number): void {
    this.#since = since
    this.#socket ??= this.#open()
    this.#socket.write(bytes)
  }

  end(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => undefined) // its close is counted
    socket.on('close', () => {
      this.#socket = undefined
      this.#pending = undefined
      if (this.#since === 0) return
      this.#tally.broken++
      this.#free()
    })
    return socket
  }

  #read(chunk: Buffer): void {
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk])
    const head = bytes.indexOf(HEAD_END)
    const at = bytes.indexOf(LENGTH)
    const length = at === -1 ? 0 : Number.parseInt(bytes.toString('latin1', at + 16, at + 24), 10)
    if (head === -1 || bytes.length < head + 4 + length) {
      this.#pending = bytes
      return
    }
    this.#pending = undefined
    this.#tally.count(Number(bytes.toString('latin1', 9, 12)), performance.now() - this.#since)
    this.#free()
  }

  #free(): void {
    this.#since = 0
    this.#onFree(this)
  }
}

class Tally {
  readonly fine: number[] = []
  readonly refused: number[] = []
  other = 0
  broken = 0
  unsent = 0

  count(status: number, ms: number): void {
    if (status === 503) this.refused.push(ms)
    else if (status < 400) this.fine.push(ms)
    else this.other++
  }
}

class Source {
  readonly stream: Stream
  readonly tally = new Tally()
  readonly #bytesOf: (number: number) => Buffer
  readonly #lanes: readonly Lane[]
  /** In the order in which they became free, so that all are used. */
  readonly #free: Lane[]
  #due = 0

  constructor(port: number, stream: Stream) {
    this.stream = stream
    this.#bytesOf = maker(port, stream)
    this.#lanes = Array.from(
      { length: stream.connections },
      () => new Lane(port, this.tally, (lane) => this.#free.push(lane)),
    )
    this.#free = [...this.#lanes]
  }

  /** Sends what is due after so many milliseconds of the run, which began at `startedAt`. */
  advance(startedAt: number, elapsed: number): void {
    const { perSecond } = this.stream
    const until = Math.floor((elapsed * perSecond) / 1_000)
    for (; this.#due < until; this.#due++) {
      const lane = this.#free.shift()
      if (lane === undefined) {
        this.tally.unsent += until - this.#due
        this.#due = until
        return
      }
      lane.send(this.#bytesOf(this.#due), startedAt + (this.#due * 1_000) / perSecond)
    }
  }

  get isQuiet(): boolean {
    return this.#free.length === this.#lanes.length
  }

  end(): void {
    for (const lane of this.#lanes) lane.end()
  }

  result(seconds: number): StreamResult {
    const { fine, refused, other, broken, unsent } = this.tally
    return {
      name: this.stream.name,
      seconds,
      fine: fine.length,
      refused: refused.length,
      other,
      broken,
      unsent,
      fineP50Ms: percentile(fine, 0.5),
      fineP99Ms: percentile(fine, 0.99),
      refusedP99Ms: percentile(refused, 0.99),
    }
  }
}

/** What makes the bytes of each request; the same ones where nothing in them changes. */
function maker(port: number, stream: Stream): (number: number) => Buffer {
  const text = textOf(port, stream)
  if (!/\{n\}|\{ip\}/.test(text)) {
    const bytes = Buffer.from(text, 'latin1')
    return () => bytes
  }
  return (number) => {
    const ip = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
    return Buffer.from(text.replaceAll('{n}', eightDigits(number)).replaceAll('{ip}', ip), 'latin1')
  }
}

/** As many bytes for every request, so that the length in the head stays true. */
function eightDigits(number: number): string {
  return String(number).padStart(8, '0')
}

function textOf(port: number, { method = 'POST', path, body = '', headers = {} }: Stream): string {
  const length = body.replaceAll('{n}', eightDigits(0)).length
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'POST'
      ? ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${length}`]
      : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function percentile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

process.once('message', (load: OpenLoad) => {
  const sources = load.streams.map((stream) => new Source(load.port, stream))
  const startedAt = performance.now()
  const step = () => {
    const elapsed = performance.now() - startedAt
    const isOver = elapsed >= load.seconds * 1_000
    if (!isOver) for (const source of sources) source.advance(startedAt, elapsed)
    const isDone = isOver && sources.every((source) => source.isQuiet)
    if (!isDone && elapsed < load.seconds * 1_000 + DRAIN_MS)
      return void (load.rests === true ? setTimeout(step, 1) : setImmediate(step))
    process.send?.(sources.map((source) => source.result(load.seconds)))
    for (const source of sources) source.end()
  }
  step()
})
