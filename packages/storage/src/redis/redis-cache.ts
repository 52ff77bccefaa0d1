// Owns: the cache that processes share, on Redis: when it is used, when it counts as gone, coming back.
// Does not own: what is kept and for how long (cache/), the two connections (link.ts).
// Start here: `openRedisCache`.
import type { CacheListener, SharedCache } from '@grantd/domain'
import { Link, type LinkAddress } from './link.ts'

/** The most that a read waits for Redis, once: after that it is not asked until it is prompt again. */
const PROMPT_MS = 50
const PULSE_MS = 500
/** Pulses without an echo after which announcements count as lost, and after which the link is renewed. */
const SILENT_AFTER = 2
const DEAD_AFTER = 6
const CONNECT_MS = 5_000
const RETRY_MS = { first: 100, most: 2_000 }
/** Tags of one message; more are said in several. */
const MOST_TAGS = 1_000

export type RedisEvent =
  | { readonly type: 'lost'; readonly cause: unknown }
  | { readonly type: 'back' }
  /** It answers but keeps nothing; told once for each time it came back. */
  | { readonly type: 'refuses'; readonly cause: unknown }

export interface RedisCacheOptions extends LinkAddress {
  readonly onEvent?: (event: RedisEvent) => void
  /** How long the first connection may take, in milliseconds; 5 000. */
  readonly connectTimeoutMs?: number
}

/** Connects to Redis. Rejects with the reason when it cannot be reached or forbids what is needed. */
export async function openRedisCache(options: RedisCacheOptions): Promise<SharedCache> {
  const cache = new RedisCache(options)
  await cache.connect(options.connectTimeoutMs ?? CONNECT_MS)
  return cache
}

const DEAF: CacheListener = { opened: () => {}, closed: () => {}, announced: () => {} }

class RedisCache implements SharedCache {
  readonly #options: RedisCacheOptions
  #listener = DEAF
  #link: Link | undefined
  /** Announcements arrive. */
  #isOpen = false
  /** Answers come within `PROMPT_MS`. */
  #isPrompt = false
  #isClosed = false
  #hasRefused = false
  #pulses = 0
  #pulsedAt = 0
  #unanswered = 0
  #clockOffset: number | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #saying = new Set<Promise<void>>()

  constructor(options: RedisCacheOptions) {
    this.#options = options
  }

  async connect(timeoutMs: number): Promise<void> {
    let link: Link | undefined
    link = await Link.open(
      this.#options,
      {
        heard: (text) => this.#listener.announced(text.split(' ', MOST_TAGS)),
        echoed: (pulse) => this.#echoed(pulse),
        broke: (cause) => link !== undefined && this.#lose(link, cause),
      },
      timeoutMs,
    )
    if (link.isBroken) throw SILENT
    if (this.#isClosed) {
      link.break(CLOSED)
      return
    }
    this.#link = link
    this.#hasRefused = false
    this.#unanswered = 0
    this.#isPrompt = true
    this.#open()
    this.#timer = setInterval(() => this.#pulse(), PULSE_MS).unref()
    this.#pulse()
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const link = this.#link
    if (link === undefined || !this.#isPrompt) return undefined
    return this.#promptly(link.get(name).catch(() => undefined))
  }

  put(name: string, bytes: Uint8Array, deadline: number): void {
    const link = this.#link
    if (link === undefined || !this.#isPrompt) return
    link.put(name, bytes, deadline).catch((cause) => {
      if (link !== this.#link || this.#hasRefused) return
      this.#hasRefused = true
      this.#options.onEvent?.({ type: 'refuses', cause })
    })
  }

  announce(tags: readonly string[]): void {
    for (let from = 0; from < tags.length; from += MOST_TAGS) {
      const text = tags.slice(from, from + MOST_TAGS).join(' ')
      // Where it is not heard, what is remembered ends by itself.
      const said = this.#link?.say(text).catch(() => {})
      if (said === undefined) return
      this.#saying.add(said)
      said.then(() => this.#saying.delete(said))
    }
  }

  listen(listener: CacheListener): void {
    this.#listener = listener
    if (this.#isOpen) listener.opened()
  }

  now(): number | undefined {
    return this.#clockOffset === undefined ? undefined : performance.now() + this.#clockOffset
  }

  /** Resolves when everything that was announced has been said, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.race([Promise.all(this.#saying), pause(PULSE_MS)])
    this.#shut()
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
    if (this.#unanswered >= SILENT_AFTER) this.#fall(SILENT)
    this.#unanswered++
    this.#pulses++
    this.#pulsedAt = performance.now()
    link.pulse(this.#pulses).then(
      // Behind rather than ahead, by what the answer took: what is kept ends early rather than late.
      (time) => {
        this.#clockOffset = time - performance.now()
      },
      () => {}, // the link breaks, or the echo stays away
    )
  }

  #echoed(pulse: number): void {
    if (pulse !== this.#pulses) return
    this.#unanswered = 0
    this.#isPrompt = performance.now() - this.#pulsedAt <= PROMPT_MS
    if (!this.#isOpen && this.#link !== undefined) {
      this.#open()
      this.#options.onEvent?.({ type: 'back' })
    }
  }

  #open(): void {
    if (this.#isOpen || this.#isClosed) return
    this.#isOpen = true
    this.#listener.opened()
  }

  #shut(): void {
    clearInterval(this.#timer)
    this.#isPrompt = false
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#listener.closed()
  }

  /** Nothing is heard any more, though the link may come to life again. */
  #fall(cause: unknown): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#isPrompt = false
    this.#listener.closed()
    this.#options.onEvent?.({ type: 'lost', cause })
  }

  #lose(link: Link, cause: unknown): void {
    if (link !== this.#link || this.#isClosed) return
    this.#link = undefined
    this.#fall(cause)
    this.#shut()
    void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    for (let wait = RETRY_MS.first; !this.#isClosed; wait = Math.min(2 * wait, RETRY_MS.most)) {
      await pause(wait)
      if (this.#isClosed) return
      try {
        await this.connect(CONNECT_MS)
        if (!this.#isClosed) this.#options.onEvent?.({ type: 'back' })
        return
      } catch {
        // Said once when it was lost; it is tried again.
      }
    }
  }

  #promptly(answer: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      let isDone = false
      const done = (value: Uint8Array | undefined) => {
        isDone = true
        clearTimeout(timer)
        resolve(value)
      }
      const giveUp = () => {
        if (isDone) return
        this.#isPrompt = false
        done(undefined)
      }
      // An answer may be there already when this process itself was slow: it is read before giving up.
      const timer = setTimeout(() => setImmediate(giveUp), PROMPT_MS)
      answer.then(done)
    })
  }
}

const CLOSED = new Error('the cache is closed')
const SILENT = new Error('Redis does not answer')

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref())
}
