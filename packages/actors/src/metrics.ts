/**
 * Durations in microseconds. `buckets[i]` counts durations below `2 ** i` and not below
 * `2 ** (i - 1)`; the last bucket takes everything longer.
 */
export interface Timing {
  readonly count: number
  readonly sum: number
  readonly max: number
  readonly buckets: readonly number[]
}

/** The counters of one shard, or of all shards of an actor together, since it was created. */
export interface Counters {
  /** Messages waiting now. */
  readonly depth: number
  /** Messages in progress now. */
  readonly inFlight: number
  /** Keys with something waiting or in progress; 0 where one lane serves every key. */
  readonly keys: number
  /** Age of the oldest waiting message in microseconds; 0 when none waits. */
  readonly oldest: number
  /** Messages handled without error. */
  readonly handled: number
  /** Messages a handler answered with a refusal. */
  readonly refused: number
  /** Messages whose handler faulted. */
  readonly failed: number
  /** Messages turned away because the mailbox was full. */
  readonly full: number
  /** Messages whose deadline passed, waiting or in progress. */
  readonly expired: number
  readonly restarts: number
  /** From acceptance to start. */
  readonly wait: Timing
  /** From start to settling. */
  readonly run: Timing
}

export interface ShardMetrics extends Counters {
  readonly shard: number
  readonly state: 'starting' | 'running' | 'restarting' | 'stopped'
}

export interface ActorMetrics {
  readonly actor: string
  readonly total: Counters
  readonly shards: readonly ShardMetrics[]
}

export interface SystemMetrics {
  /** Messages that nobody handled, over all actors. */
  readonly deadLetters: number
  readonly actors: readonly ActorMetrics[]
}

/** 2^24 µs are 17 seconds. */
const BUCKETS = 26

/** Gathers durations given in milliseconds. */
export class Stopwatch {
  #count = 0
  #sum = 0
  #max = 0
  readonly #buckets = new Float64Array(BUCKETS)

  record(ms: number): void {
    const us = ms * 1_000
    this.#count++
    this.#sum += us
    if (us > this.#max) this.#max = us
    const bucket = us < 1 ? 0 : 32 - Math.clz32(Math.min(us, 0x7fffffff))
    const index = bucket < BUCKETS ? bucket : BUCKETS - 1
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1
  }

  read(): Timing {
    return {
      count: this.#count,
      sum: this.#sum,
      max: this.#max,
      buckets: Array.from(this.#buckets),
    }
  }
}

/** Adds up shards: counts and sums add, maxima and ages take the largest. */
export function totalOf(shards: readonly Counters[]): Counters {
  const sum = (of: (counters: Counters) => number) =>
    shards.reduce((total, shard) => total + of(shard), 0)
  return {
    depth: sum((shard) => shard.depth),
    inFlight: sum((shard) => shard.inFlight),
    keys: sum((shard) => shard.keys),
    oldest: Math.max(0, ...shards.map((shard) => shard.oldest)),
    handled: sum((shard) => shard.handled),
    refused: sum((shard) => shard.refused),
    failed: sum((shard) => shard.failed),
    full: sum((shard) => shard.full),
    expired: sum((shard) => shard.expired),
    restarts: sum((shard) => shard.restarts),
    wait: totalTiming(shards.map((shard) => shard.wait)),
    run: totalTiming(shards.map((shard) => shard.run)),
  }
}

function totalTiming(timings: readonly Timing[]): Timing {
  return {
    count: timings.reduce((total, timing) => total + timing.count, 0),
    sum: timings.reduce((total, timing) => total + timing.sum, 0),
    max: Math.max(0, ...timings.map((timing) => timing.max)),
    buckets: Array.from({ length: BUCKETS }, (_, index) =>
      timings.reduce((total, timing) => total + (timing.buckets[index] ?? 0), 0),
    ),
  }
}
