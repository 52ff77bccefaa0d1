import type { Inspection } from './inspection.ts'

/** Cancels a timer. Calling it again, or after the timer fired, does nothing. */
export type Cancel = () => void

/** Where the runtime takes its time and its turns from. Real in production, virtual in tests. */
export interface Scheduler {
  /** Milliseconds on a monotonic clock with any origin; may be fractional. */
  now(): number
  /** Runs `task` soon, after the current synchronous code, in the order of the calls. */
  defer(task: () => void): void
  /** Runs `task` once the events that are already pending in this turn of the event loop were seen. */
  turn(task: () => void): void
  /** Runs `task` after `ms` milliseconds. Only with `hold` does the timer keep the process alive. */
  timer(ms: number, task: () => void, hold?: boolean): Cancel
  /** How many messages one shard may handle before the others get their turn. */
  readonly burst: number
  /** Sees every inspection event of the systems on this scheduler. Only test schedulers have it. */
  observe?(event: Inspection): void
}

/** The longest span in milliseconds that `setTimeout` keeps; a longer one would fire at once. */
export const LONGEST_TIMER = 2 ** 31 - 1

/** Tasks run from microtasks before one goes through the event loop, so that I/O never starves. */
const TASKS_PER_TURN = 64

/** The scheduler of a running process: microtasks for dispatch, `setImmediate` after each burst. */
export class SystemScheduler implements Scheduler {
  readonly burst = 64
  #tasks: (() => void)[] = []
  #turns: (() => void)[] = []
  #armed = false
  #sinceTurn = 0

  now(): number {
    return performance.now()
  }

  defer(task: () => void): void {
    this.#tasks.push(task)
    if (this.#armed) return
    this.#armed = true
    this.#arm()
  }

  turn(task: () => void): void {
    if (this.#turns.push(task) === 1) setImmediate(this.#runTurns)
  }

  timer(ms: number, task: () => void, hold = false): Cancel {
    const timer = setTimeout(task, Math.max(1, Math.ceil(ms)))
    if (!hold) timer.unref()
    return () => clearTimeout(timer)
  }

  // The count outlives a flush: an asker and an actor that answer each other through microtasks
  // alone would otherwise never let the event loop run.
  #arm(): void {
    if (this.#sinceTurn < TASKS_PER_TURN) queueMicrotask(this.#flush)
    else setImmediate(this.#flushAfterTurn)
  }

  #flushAfterTurn = (): void => {
    this.#sinceTurn = 0
    this.#flush()
  }

  #flush = (): void => {
    const tasks = this.#tasks
    this.#tasks = []
    this.#armed = false
    this.#sinceTurn += tasks.length
    for (const task of tasks) task()
  }

  #runTurns = (): void => {
    const turns = this.#turns
    this.#turns = []
    this.#sinceTurn = 0
    for (const task of turns) task()
  }
}
