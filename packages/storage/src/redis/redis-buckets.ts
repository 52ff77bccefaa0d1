// Owns: buckets that processes share, on Redis: when it is asked, when it counts as gone, coming back.
// Does not own: what one attempt does (take-token.ts), the connection (link.ts), judging without Redis.
// Start here: `openRedisBuckets`.
import type { SharedAttempt, SharedBuckets, SharedVerdict } from '@grantd/domain'
import { Link } from './link.ts'
import type { RedisEvent } from './redis-cache.ts'
import { argumentsOf, TAKE_TOKEN, verdictOf } from './take-token.ts'

/** Not below `grantd:`, so that the keys of limits can be told from those of the cache. */
const PREFIX = 'ratelimit:'
/** The most that a request waits for Redis, once: after that it is not asked until it is prompt again. */
const PROMPT_MS = 100
const PULSE_MS = 500
/** Pulses without an answer after which it counts as gone, and after which the link is renewed. */
const GONE_AFTER = 2
const DEAD_AFTER = 6
const CONNECT_MS = 5_000
const RETRY_MS = { first: 100, most: 2_000 }

/** How one question to Redis ended. */
export type RedisOutcome = 'success' | 'failure' | 'timeout'

export interface RedisBucketsOptions {
  readonly url: string
  readonly onEvent?: (event: RedisEvent) => void
  /** Hears of every attempt: how it ended, and after how many seconds. Must not throw. */
  readonly onAsked?: (outcome: RedisOutcome, seconds: number) => void
  readonly connectTimeoutMs?: number
  /** How long one attempt waits for its answer, in milliseconds; 100. */
  readonly answerTimeoutMs?: number
}

/** Connects to Redis. Rejects with the reason when it cannot be reached or forbids what is needed. */
export async function openRedisBuckets(options: RedisBucketsOptions): Promise<SharedBuckets> {
  const buckets = new RedisBuckets(options)
  await buckets.connect(options.connectTimeoutMs ?? CONNECT_MS)
  return buckets
}

class RedisBuckets implements SharedBuckets {
  readonly #options: RedisBucketsOptions
  readonly #promptMs: number
  #link: Link | undefined
  #isPrompt = false
  #isLost = false
  #isClosed = false
  #hasRefused = false
  #unanswered = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: RedisBucketsOptions) {
    this.#options = options
    this.#promptMs = options.answerTimeoutMs ?? PROMPT_MS
  }

  async connect(timeoutMs: number): Promise<void> {
    let link: Link | undefined
    link = await Link.open(
      { url: this.#options.url },
      { broke: (cause) => link !== undefined && this.#lose(link, cause) },
      timeoutMs,
    )
    const opened = link
    const late = setTimeout(() => opened.break(SILENT), timeoutMs)
    try {
      await opened.run(TAKE_TOKEN, `${PREFIX}probe`, argumentsOf(PROBE))
    } catch (error) {
      opened.break(error)
      throw error
    } finally {
      clearTimeout(late)
    }
    if (link.isBroken) throw SILENT
    if (this.#isClosed) {
      link.break(CLOSED)
      return
    }
    this.#link = link
    this.#hasRefused = false
    this.#recover()
  }

  take(attempt: SharedAttempt): Promise<SharedVerdict | undefined> | undefined {
    const link = this.#link
    if (link === undefined || !this.#isPrompt) return undefined
    return new Promise((resolve) => {
      const startedAt = performance.now()
      let isDone = false
      const end = (outcome: RedisOutcome, verdict?: SharedVerdict) => {
        if (isDone) return
        isDone = true
        clearTimeout(timer)
        this.#options.onAsked?.(outcome, (performance.now() - startedAt) / 1_000)
        resolve(verdict)
      }
      const giveUp = () => {
        if (!isDone && link === this.#link) this.#distrust()
        end('timeout')
      }
      // An answer may be there already when this process itself was slow: it is read before giving up.
      const timer = setTimeout(() => setImmediate(giveUp), this.#promptMs)
      link.run(TAKE_TOKEN, PREFIX + attempt.key, argumentsOf(attempt)).then(
        (answer) => {
          const verdict = verdictOf(answer, attempt)
          end(verdict === undefined ? 'failure' : 'success', verdict)
        },
        (cause) => {
          this.#refused(link, cause)
          end('failure')
        },
      )
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const link = this.#link
    this.#link = undefined
    link?.break(CLOSED)
  }

  /** Nobody asks it until a pulse is answered in time. */
  #distrust(): void {
    if (!this.#isPrompt) return
    this.#isPrompt = false
    this.#unanswered = 0
    this.#timer = setInterval(() => this.#pulse(), PULSE_MS).unref()
    this.#pulse()
  }

  #pulse(): void {
    const link = this.#link
    if (link === undefined) return
    if (this.#unanswered >= DEAD_AFTER) {
      link.break(SILENT)
      return
    }
    if (this.#unanswered >= GONE_AFTER) this.#say('lost', SILENT)
    this.#unanswered++
    const sentAt = performance.now()
    link.time().then(
      () => {
        if (link !== this.#link) return
        this.#unanswered = 0
        if (performance.now() - sentAt <= this.#promptMs) this.#recover()
      },
      () => {}, // the link breaks, or the next pulse tells
    )
  }

  #recover(): void {
    clearInterval(this.#timer)
    this.#isPrompt = true
    this.#unanswered = 0
    if (!this.#isLost) return
    this.#isLost = false
    this.#options.onEvent?.({ type: 'back' })
  }

  #say(type: 'lost', cause: unknown): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#options.onEvent?.({ type, cause })
  }

  /** It answered, with an error: told once for each connection. */
  #refused(link: Link, cause: unknown): void {
    if (link !== this.#link || link.isBroken || this.#hasRefused) return
    this.#hasRefused = true
    this.#options.onEvent?.({ type: 'refuses', cause })
  }

  #lose(link: Link, cause: unknown): void {
    if (link !== this.#link || this.#isClosed) return
    this.#link = undefined
    this.#isPrompt = false
    clearInterval(this.#timer)
    this.#say('lost', cause)
    void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    for (let wait = RETRY_MS.first; !this.#isClosed; wait = Math.min(2 * wait, RETRY_MS.most)) {
      await pause(wait)
      if (this.#isClosed) return
      try {
        await this.connect(CONNECT_MS)
        if (this.#link !== undefined) return
      } catch {
        // Said once when it was lost; it is tried again.
      }
    }
  }
}

const PROBE: SharedAttempt = { key: 'probe', capacity: 1, windowMs: 1 }
const CLOSED = new Error('the connection is not needed any more')
const SILENT = new Error('Redis does not answer')

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref())
}
