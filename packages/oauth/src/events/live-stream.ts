// Owns: one live stream of events: its messages, its heartbeat, its end. Does not own: the events and how
// far behind a reader may be (the feed), HTTP (server/http). Start here: `LiveStream`.
import { type FeedEnd, type FeedEntry, type FeedReader, OAuthError } from '@grantd/domain'
import type { StreamOut, StreamSource } from '../reply.ts'
import type { Log } from '../services.ts'

export interface LiveStreamParts {
  readonly reader: FeedReader
  readonly out: StreamOut
  readonly heartbeatMs: number
  /** Rejects with OAuthError when the reader's token is good no more. */
  readonly recheck: () => Promise<unknown>
  readonly log: Log
  /** For the log. */
  readonly clientId: string
}

/** How long a browser waits before it comes back. */
const RETRY_MS = 3_000
/** Checks of a token in a row that may fail for another reason than the token. */
const PATIENCE = 4

/** What a console does with it is in docs/guide/events.md. */
export class LiveStream implements StreamSource {
  readonly #parts: LiveStreamParts
  readonly #heart: NodeJS.Timeout
  readonly #openedAt = performance.now()
  #sent = 0
  #isFull = false
  #wasFull = false
  #failedChecks = 0
  #isOver = false

  constructor(parts: LiveStreamParts) {
    this.#parts = parts
    this.#heart = setInterval(() => void this.#beat(), parts.heartbeatMs)
    this.#heart.unref()
    const { start } = parts.reader
    this.#write(`retry: ${RETRY_MS}\n\n${message('ready', { start })}`)
    this.pump()
  }

  /** Sends what there is, as far as the peer takes it. */
  pump(): void {
    while (!this.#isFull && !this.#isOver) {
      const entry = this.#parts.reader.next()
      if (entry === undefined) return
      if (entry === 'lost') {
        this.#end('too_slow')
        return
      }
      this.#sent++
      this.#write(eventMessage(entry))
    }
  }

  onRoom(): void {
    this.#isFull = false
    this.#wasFull = false
    this.pump()
  }

  onDraining(): void {
    this.#end('shutting_down')
  }

  onClosed(): void {
    this.#finish('left')
  }

  async #beat(): Promise<void> {
    const { out } = this.#parts
    if (this.#isFull && this.#wasFull) {
      out.cut() // nothing can be said to who reads nothing
      return this.#finish('stalled')
    }
    this.#wasFull = this.#isFull
    if (!(await this.#isAllowed())) return this.#end('token_ended')
    if (!this.#isFull && !this.#isOver) this.#write(': still here\n\n')
  }

  /** A storage that is away ends nobody's stream at once. */
  async #isAllowed(): Promise<boolean> {
    try {
      await this.#parts.recheck()
      this.#failedChecks = 0
      return true
    } catch (error) {
      if (error instanceof OAuthError && error.code !== 'temporarily_unavailable') return false
      return ++this.#failedChecks < PATIENCE
    }
  }

  #write(text: string): void {
    this.#isFull = !this.#parts.out.write(text)
  }

  #end(reason: FeedEnd): void {
    if (this.#isOver) return
    const { out } = this.#parts
    if (this.#isFull)
      out.cut() // it would wait behind what is not read
    else out.end(message('end', { reason }))
    this.#finish(reason)
  }

  #finish(reason: FeedEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#heart)
    const { reader, log, clientId } = this.#parts
    reader.close(reason)
    const seconds = Math.round((performance.now() - this.#openedAt) / 1_000)
    log.info({ client: clientId, reason, events: this.#sent, seconds }, 'an event stream ended')
  }
}

/** JSON has no line breaks of its own, which would end the message. */
function message(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

function eventMessage({ place, json }: FeedEntry): string {
  return `id: ${place}\ndata: ${json}\n\n`
}
