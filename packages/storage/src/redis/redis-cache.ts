// Owns: the cache that processes share, on Redis: when it is used, what is heard.
// Does not own: what is kept and for how long (cache/), the link and its outages (kept-link.ts).
// Start here: `openRedisCache`.
import type { CacheListener, SharedCache } from '@grantd/domain'
import { KeptLink, type KeptLinkOptions, pause } from './kept-link.ts'
import type { Link } from './link.ts'

/** The most that a read waits for Redis, once: after that it is not asked until it is prompt again. */
const PROMPT_MS = 50
/** The most that closing waits for what was announced before. */
const LAST_WORDS_MS = 500
/** Tags of one message; more are said in several. */
const MOST_TAGS = 1_000

/** Connects to Redis. Rejects with the reason when it cannot be reached or forbids what is needed. */
export async function openRedisCache(options: KeptLinkOptions): Promise<SharedCache> {
  const cache = new RedisCache(options)
  await cache.connect()
  return cache
}

const DEAF: CacheListener = { opened: () => {}, closed: () => {}, announced: () => {} }

class RedisCache implements SharedCache {
  readonly #kept: KeptLink
  #listener = DEAF
  /** Announcements arrive. */
  #isOpen = false
  /** Answers come within `PROMPT_MS`. */
  #isPrompt = false
  #pulses = 0
  #pulsedAt = 0
  #clockOffset: number | undefined
  readonly #saying = new Set<Promise<void>>()

  constructor(options: KeptLinkOptions) {
    this.#kept = new KeptLink(options, {
      heard: (text) => this.#listener.announced(text.split(' ', MOST_TAGS)),
      echoed: (pulse) => this.#echoed(pulse),
      linked: () => {
        this.#isPrompt = true
        this.#kept.startPulses()
      },
      found: () => {
        this.#isOpen = true
        this.#listener.opened()
      },
      lost: () => {
        this.#isOpen = false
        this.#isPrompt = false
        this.#listener.closed()
      },
      pulse: (link) => this.#pulse(link),
    })
  }

  connect(): Promise<void> {
    return this.#kept.connect()
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const { link } = this.#kept
    if (link === undefined || !this.#isPrompt) return undefined
    return this.#promptly(link.get(name).catch(() => undefined))
  }

  put(name: string, bytes: Uint8Array, deadline: number): void {
    const { link } = this.#kept
    if (link === undefined || !this.#isPrompt) return
    link.put(name, bytes, deadline).catch((cause) => this.#kept.refused(link, cause))
  }

  announce(tags: readonly string[]): void {
    for (let from = 0; from < tags.length; from += MOST_TAGS) {
      const text = tags.slice(from, from + MOST_TAGS).join(' ')
      // Where it is not heard, what is remembered ends by itself.
      const said = this.#kept.link?.say(text).catch(() => {})
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
    await Promise.race([Promise.all(this.#saying), pause(LAST_WORDS_MS)])
    this.#kept.close()
  }

  #pulse(link: Link): void {
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
    this.#isPrompt = performance.now() - this.#pulsedAt <= PROMPT_MS
    this.#kept.answered()
    this.#kept.recovered()
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
