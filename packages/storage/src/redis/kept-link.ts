// Owns: one link to Redis that is kept up: proving it, pulses, noticing that it is gone, coming back.
// Does not own: what is asked over it (redis-cache.ts, redis-buckets.ts), connections (link.ts).
// Start here: `KeptLink.connect`.
import { Link, type LinkAddress, type LinkEvents } from './link.ts'

const PULSE_MS = 500
/** Pulses without an answer after which it counts as gone, and after which the link is renewed. */
const GONE_AFTER = 2
const DEAD_AFTER = 6
const CONNECT_MS = 5_000
const RETRY_MS = { first: 100, most: 2_000 }

export type RedisEvent =
  | { readonly type: 'lost'; readonly cause: unknown }
  | { readonly type: 'back' }
  /** It answers but does not do what it is told; told once for each connection. */
  | { readonly type: 'refuses'; readonly cause: unknown }

export interface KeptLinkOptions extends LinkAddress {
  readonly onEvent?: ((event: RedisEvent) => void) | undefined
  /** How long the first connection may take, in milliseconds; 5 000. */
  readonly connectTimeoutMs?: number
}

/** Who uses the link. */
export interface LinkUser extends Pick<LinkEvents, 'heard' | 'echoed'> {
  /** Shows that what is needed is allowed, on a link that nobody else uses yet. Rejects with why not. */
  prove?(link: Link): Promise<void>
  /** There is a new link: the first one, or one in place of one that broke. */
  linked(link: Link): void
  /** Redis is there: at the start, and each time it has come back. */
  found?(): void
  /** It is not: the link broke, or it has been silent for too long. Nothing is asked any more. */
  lost(): void
  /** Asks something; `answered` is to be called when an answer comes. */
  pulse(link: Link): void
}

export class KeptLink {
  readonly #options: KeptLinkOptions
  readonly #user: LinkUser
  #link: Link | undefined
  #isUp = false
  #wasUp = false
  #isClosed = false
  #hasRefused = false
  #unanswered = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: KeptLinkOptions, user: LinkUser) {
    this.#options = options
    this.#user = user
  }

  /** The link of the moment. */
  get link(): Link | undefined {
    return this.#link
  }

  /** Rejects with the reason when Redis cannot be reached or forbids what is needed. */
  async connect(timeoutMs = this.#options.connectTimeoutMs ?? CONNECT_MS): Promise<void> {
    const user = this.#user
    let link: Link | undefined
    link = await Link.open(
      this.#options,
      {
        heard: (text) => user.heard?.(text),
        echoed: (pulse) => user.echoed?.(pulse),
        broke: (cause) => link !== undefined && this.#lose(link, cause),
      },
      timeoutMs,
    )
    await prove(link, user, timeoutMs)
    if (link.isBroken) throw SILENT
    if (this.#isClosed) {
      link.break(CLOSED)
      return
    }
    this.#link = link
    this.#hasRefused = false
    this.#unanswered = 0
    user.linked(link)
    this.recovered()
  }

  /** From now on there is a pulse every half a second, the first one at once. */
  startPulses(): void {
    clearInterval(this.#timer)
    this.#unanswered = 0
    this.#timer = setInterval(() => this.#pulse(), PULSE_MS).unref()
    this.#pulse()
  }

  stopPulses(): void {
    clearInterval(this.#timer)
  }

  /** A pulse was answered, be it late. */
  answered(): void {
    this.#unanswered = 0
  }

  /** It may be asked again, if it was gone. */
  recovered(): void {
    if (this.#isUp || this.#isClosed || this.#link === undefined) return
    this.#isUp = true
    this.#user.found?.()
    if (this.#wasUp) this.#options.onEvent?.({ type: 'back' })
    this.#wasUp = true
  }

  /** It answered on `link`, with an error. */
  refused(link: Link, cause: unknown): void {
    if (link !== this.#link || link.isBroken || this.#hasRefused) return
    this.#hasRefused = true
    this.#options.onEvent?.({ type: 'refuses', cause })
  }

  close(): void {
    this.#isClosed = true
    this.stopPulses()
    if (this.#isUp) this.#user.lost()
    this.#isUp = false
    const link = this.#link
    this.#link = undefined
    link?.break(CLOSED)
  }

  #pulse(): void {
    const link = this.#link
    if (link === undefined) return
    if (this.#unanswered >= DEAD_AFTER) {
      link.break(SILENT)
      return
    }
    if (this.#unanswered >= GONE_AFTER) this.#fall(SILENT)
    this.#unanswered++
    this.#user.pulse(link)
  }

  /** Nothing is heard any more, though the link may come to life again. */
  #fall(cause: unknown): void {
    if (!this.#isUp) return
    this.#isUp = false
    this.#user.lost()
    this.#options.onEvent?.({ type: 'lost', cause })
  }

  #lose(link: Link, cause: unknown): void {
    if (link !== this.#link || this.#isClosed) return
    this.#link = undefined
    this.stopPulses()
    this.#fall(cause)
    void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    for (let wait = RETRY_MS.first; !this.#isClosed; wait = Math.min(2 * wait, RETRY_MS.most)) {
      await pause(wait)
      if (this.#isClosed) return
      try {
        await this.connect(CONNECT_MS)
        return
      } catch {
        // Said once when it was lost; it is tried again.
      }
    }
  }
}

const CLOSED = new Error('the connection is not needed any more')
const SILENT = new Error('Redis does not answer')

async function prove(link: Link, user: LinkUser, timeoutMs: number): Promise<void> {
  const late = setTimeout(() => link.break(SILENT), timeoutMs)
  try {
    await user.prove?.(link)
  } catch (error) {
    link.break(error)
    throw error
  } finally {
    clearTimeout(late)
  }
}

/** Does not keep the process from ending. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref())
}
