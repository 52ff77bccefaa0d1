// The generator of open-loop.ts: sockets and bytes, no HTTP client, which would cost more than the server.
import { connect, type Socket } from 'node:net'
import type { OpenLoad, Stream, StreamResult } from './open-loop.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('Content-Length: ')
const DRAIN_MS = 2_000

class Lane {
  readonly #bytes: Buffer
  readonly #port: number
  readonly #tally: Tally
  #socket: Socket | undefined
  #since = 0
  #pending: Buffer | undefined

  constructor(port: number, bytes: Buffer, tally: Tally) {
    this.#port = port
    this.#bytes = bytes
    this.#tally = tally
  }

  get isFree(): boolean {
    return this.#since === 0
  }

  /** `since` is when the request was due, not when a connection was found for it. */
  send(since: number): void {
    this.#since = since
    this.#socket ??= this.#open()
    this.#socket.write(this.#bytes)
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
      if (this.#since !== 0) this.#tally.broken++
      this.#since = 0
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
    this.#since = 0
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
  readonly #lanes: readonly Lane[]
  #due = 0
  #next = 0

  constructor(port: number, stream: Stream) {
    this.stream = stream
    const bytes = bytesOf(port, stream)
    this.#lanes = Array.from(
      { length: stream.connections },
      () => new Lane(port, bytes, this.tally),
    )
  }

  /** Sends what is due after so many milliseconds of the run, which began at `startedAt`. */
  advance(startedAt: number, elapsed: number): void {
    const { perSecond } = this.stream
    const until = Math.floor((elapsed * perSecond) / 1_000)
    for (; this.#due < until; this.#due++) {
      const lane = this.#free()
      if (lane === undefined) this.tally.unsent++
      else lane.send(startedAt + (this.#due * 1_000) / perSecond)
    }
  }

  get isQuiet(): boolean {
    return this.#lanes.every((lane) => lane.isFree)
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

  #free(): Lane | undefined {
    for (let tries = 0; tries < this.#lanes.length; tries++) {
      this.#next = (this.#next + 1) % this.#lanes.length
      const lane = this.#lanes[this.#next]
      if (lane?.isFree === true) return lane
    }
    return undefined
  }
}

function bytesOf(port: number, { method = 'POST', path, body = '', headers = {} }: Stream): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'POST'
      ? ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`]
      : []),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
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
    if (!isDone && elapsed < load.seconds * 1_000 + DRAIN_MS) return void setImmediate(step)
    process.send?.(sources.map((source) => source.result(load.seconds)))
    for (const source of sources) source.end()
  }
  step()
})
