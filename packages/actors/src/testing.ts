// Owns: a deterministic scheduler with a virtual clock, for tests of actors.
// Does not own: assertions, fakes of ports, anything that runs in production.
// Start here: `new ActorSystem({ scheduler: new TestScheduler({ seed: 1 }) })`, then `run()`.
import type { Inspection } from './inspection.ts'
import type { Cancel, Scheduler } from './scheduler.ts'

interface PendingTimer {
  readonly at: number
  readonly task: () => void
}

/**
 * Runs actors one message at a time, picking the next runnable shard by a seed: same seed, same
 * code, same `trace`. Time stands still until `advance`. Handlers may await promises and `hop()`;
 * outside I/O is not deterministic and belongs in a fake.
 */
export class TestScheduler implements Scheduler {
  readonly burst = 1
  /** Every inspection event of the systems on this scheduler, in order. */
  readonly trace: Inspection[] = []
  readonly #random: () => number
  readonly #tasks: (() => void)[] = []
  readonly #turns: (() => void)[] = []
  readonly #timers: PendingTimer[] = []
  #now = 0

  constructor(options: { readonly seed?: number | undefined } = {}) {
    this.#random = randomFrom(options.seed ?? 0)
  }

  /** Virtual milliseconds since the scheduler was made. */
  now(): number {
    return this.#now
  }

  /** Timers that are armed: none should be left when a system has stopped. */
  get pendingTimers(): number {
    return this.#timers.length
  }

  defer(task: () => void): void {
    this.#tasks.push(task)
  }

  turn(task: () => void): void {
    this.#turns.push(task)
  }

  timer(ms: number, task: () => void): Cancel {
    const timer = { at: this.#now + Math.max(0, ms), task }
    this.#timers.push(timer)
    return () => {
      const index = this.#timers.indexOf(timer)
      if (index >= 0) this.#timers.splice(index, 1)
    }
  }

  observe(event: Inspection): void {
    this.trace.push(event)
  }

  /** Stands for I/O in a handler: resolves when the seed picks it among what is runnable. */
  hop(): Promise<void> {
    return new Promise((resolve) => this.defer(resolve))
  }

  /** Resolves after `ms` virtual milliseconds; `advance` gets there. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.timer(ms, resolve)
    })
  }

  /** Runs until nothing is runnable at the present time. */
  async run(): Promise<void> {
    await microtasks()
    while (this.#step()) await microtasks()
  }

  /** Runs what is runnable, then lets `ms` pass, running each timer at its time. */
  async advance(ms: number): Promise<void> {
    await this.run()
    const end = this.#now + ms
    for (let next = this.#nextTimer(end); next; next = this.#nextTimer(end)) {
      this.#now = next.at
      next.task()
      await this.run()
    }
    this.#now = end
  }

  /** Runs until `promise` settles and gives its value. Rejects as it does, or when all is at rest. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = () => {
      isSettled = true
    }
    promise.then(settle, settle)
    await microtasks()
    while (!isSettled) {
      if (!this.#step()) throw new Error('nothing is runnable and the promise is still pending')
      await microtasks()
    }
    return promise
  }

  #step(): boolean {
    const task = this.#pick(this.#tasks) ?? this.#pick(this.#turns)
    task?.()
    return task !== undefined
  }

  #pick<Item>(from: Item[]): Item | undefined {
    return from.splice(Math.floor(this.#random() * from.length), 1)[0]
  }

  #nextTimer(end: number): PendingTimer | undefined {
    const soonest = Math.min(...this.#timers.map((timer) => timer.at))
    if (soonest > end) return undefined
    const next = this.#pick(this.#timers.filter((timer) => timer.at === soonest))
    if (next) this.#timers.splice(this.#timers.indexOf(next), 1)
    return next
  }
}

/** Lets every pending promise reaction run: they all come before the next macrotask. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** mulberry32: small, fast, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
