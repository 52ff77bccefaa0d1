// Owns: answers that go on: bytes, back-pressure, the end of the server. Does not own: what is in them.
// Start here: `EventStreams.start`.
import type { Reply, StreamSource } from '@grantd/oauth'
import type { Exchange } from './exchange.ts'
import type { ConstantHeaders } from './headers.ts'

type StreamReply = Extract<Reply, { kind: 'event_stream' }>

/** The streams of one server that are open. */
export class EventStreams {
  readonly #open = new Set<StreamSource>()
  readonly #drain: { readonly isDraining: boolean }

  constructor(drain: { readonly isDraining: boolean }) {
    this.#drain = drain
  }

  start(exchange: Exchange, reply: StreamReply, headers: ConstantHeaders): void {
    const response = exchange.begin(headers.eventStream)
    const source = reply.start({
      write: (text) => response?.write(text) ?? false,
      end: (text) => void response?.end(text),
      cut: () => void response?.destroy(),
    })
    if (response === undefined || exchange.method === 'HEAD') {
      response?.end()
      source.onClosed()
      return
    }
    this.#open.add(source)
    // One that breaks is closed next, and what is written in between reaches nobody.
    response.on('error', () => undefined)
    response.on('drain', () => source.onRoom())
    response.once('close', () => {
      this.#open.delete(source)
      source.onClosed()
    })
    if (this.#drain.isDraining) source.onDraining()
  }

  /** None would end by itself, and the server would wait for each. */
  endAll(): void {
    for (const source of this.#open) source.onDraining()
  }
}
