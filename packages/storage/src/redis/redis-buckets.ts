// Owns: buckets that processes share, on Redis: what is asked together, when nobody asks any more.
// Does not own: what the attempts do (take-token.ts), the link and its outages (kept-link.ts), judging
// without Redis. Start here: `openRedisBuckets`.
import type { SharedAttempt, SharedBuckets, SharedVerdict } from '@grantd/domain'
import { KeptLink, type KeptLinkOptions } from './kept-link.ts'
import type { Link } from './link.ts'
import { argumentsOf, TAKE_TOKENS, verdictAt } from './take-token.ts'

/** Not below `grantd:`, so that the keys of limits can be told from those of the cache. */
const PREFIX = 'ratelimit:'
/** The most that a request waits for Redis, once: after that it is not asked until it is prompt again. */
const PROMPT_MS = 100
/** In one script, which keeps Redis from everything else for about 5 µs each. */
const MOST_AT_ONCE = 128

/** How one question to Redis ended; one question is about all the attempts of a turn of the event loop. */
export type RedisOutcome = 'success' | 'failure' | 'timeout'

export interface RedisBucketsOptions extends Omit<KeptLinkOptions, 'channel'> {
  /** Hears of every question: how it ended, and after how many seconds. Must not throw. */
  readonly onAsked?: (outcome: RedisOutcome, seconds: number) => void
  /** How long a question waits for its answer, in milliseconds; 100. */
  readonly answerTimeoutMs?: number
}

interface Waiting {
  readonly attempt: SharedAttempt
  readonly resolve: (verdict: SharedVerdict | undefined) => void
}

/** Connects to Redis. Rejects with the reason when it cannot be reached or forbids what is needed. */
export async function openRedisBuckets(options: RedisBucketsOptions): Promise<SharedBuckets> {
  const buckets = new RedisBuckets(options)
  await buckets.connect()
  return buckets
}

class RedisBuckets implements SharedBuckets {
  readonly #kept: KeptLink
  readonly #onAsked: RedisBucketsOptions['onAsked']
  readonly #promptMs: number
  #isPrompt = false
  #waiting: Waiting[] = []

  constructor(options: RedisBucketsOptions) {
    this.#onAsked = options.onAsked
    this.#promptMs = options.answerTimeoutMs ?? PROMPT_MS
    this.#kept = new KeptLink(options, {
      prove,
      linked: () => {
        this.#isPrompt = true
      },
      lost: () => {
        this.#isPrompt = false
      },
      pulse: (link) => this.#pulse(link),
    })
  }

  connect(): Promise<void> {
    return this.#kept.connect()
  }

  take(attempt: SharedAttempt): Promise<SharedVerdict | undefined> | undefined {
    if (!this.#isPrompt) return undefined
    return new Promise((resolve) => {
      // All that is asked in a turn of the event loop is asked at once: most of what it costs is the asking.
      if (this.#waiting.push({ attempt, resolve }) === 1) setImmediate(this.#askAll)
    })
  }

  async close(): Promise<void> {
    this.#kept.close()
  }

  #askAll = (): void => {
    const all = this.#waiting
    this.#waiting = []
    for (let from = 0; from < all.length; from += MOST_AT_ONCE) {
      this.#ask(all.slice(from, from + MOST_AT_ONCE))
    }
  }

  #ask(together: readonly Waiting[]): void {
    const { link } = this.#kept
    if (link === undefined || !this.#isPrompt) {
      for (const { resolve } of together) resolve(undefined)
      return
    }
    const startedAt = performance.now()
    let isDone = false
    const end = (
      outcome: RedisOutcome,
      verdictOf: (place: number) => SharedVerdict | undefined,
    ) => {
      isDone = true
      clearTimeout(timer)
      this.#onAsked?.(outcome, (performance.now() - startedAt) / 1_000)
      together.forEach(({ resolve }, place) => {
        resolve(verdictOf(place))
      })
    }
    const giveUp = () => {
      if (isDone) return
      if (link === this.#kept.link) this.#distrust()
      end('timeout', nobodyKnows)
    }
    // An answer may be there already when this process itself was slow: it is read before giving up.
    const timer = setTimeout(() => setImmediate(giveUp), this.#promptMs)
    const attempts = together.map(({ attempt }) => attempt)
    const keys = attempts.map(({ key }) => PREFIX + key)
    link.run(TAKE_TOKENS, keys, argumentsOf(attempts)).then(
      (answer) => {
        if (isDone) return
        const verdicts = attempts.map((attempt, place) => verdictAt(place, answer, attempt))
        const failed = verdicts.find((verdict) => verdict instanceof Error)
        if (failed !== undefined) this.#kept.refused(link, failed)
        end(failed === undefined ? 'success' : 'failure', (place) => {
          const verdict = verdicts[place]
          return verdict instanceof Error ? undefined : verdict
        })
      },
      (cause) => {
        this.#kept.refused(link, cause)
        if (!isDone) end('failure', nobodyKnows)
      },
    )
  }

  /** Nobody asks it until a pulse is answered in time. */
  #distrust(): void {
    if (!this.#isPrompt) return
    this.#isPrompt = false
    this.#kept.startPulses()
  }

  #pulse(link: Link): void {
    const sentAt = performance.now()
    link.time().then(
      () => {
        if (link !== this.#kept.link) return
        this.#kept.answered()
        if (performance.now() - sentAt > this.#promptMs) return
        this.#kept.stopPulses()
        this.#isPrompt = true
        this.#kept.recovered()
      },
      () => {}, // the link breaks, or the next pulse tells
    )
  }
}

const PROBE: SharedAttempt = { key: 'probe', capacity: 1, windowMs: 1 }

async function prove(link: Link): Promise<void> {
  const answer = await link.run(TAKE_TOKENS, [PREFIX + PROBE.key], argumentsOf([PROBE]))
  const verdict = verdictAt(0, answer, PROBE)
  if (verdict instanceof Error) throw verdict
}

const nobodyKnows = (): undefined => undefined
