import type { Method } from './message.ts'
import type { Ref } from './ref.ts'
import { type Cancel, LONGEST_TIMER, type Scheduler } from './scheduler.ts'
import type { ActorSystem } from './system.ts'

/**
 * What an actor gets when it is created. It belongs to one instance: its timers end when that
 * instance is replaced or its shard stops.
 */
export interface Context {
  /** The name the actor or pool was spawned with. */
  readonly name: string
  /** Which shard of a pool this is, from 0; 0 for a single actor. */
  readonly shard: number
  readonly system: ActorSystem
  /**
   * A reference to this very shard, for telling oneself. Name the actor's own class as `A`; the
   * compiler cannot check it. May be taken at once, used from `started()` on.
   */
  self<A extends object>(key?: string): Ref<A>
  /**
   * Runs `run` once, `ms` milliseconds from now at the earliest, as a message in this mailbox: in the
   * order of `key`, never beside another message of that key. Throws RangeError for `ms` outside
   * 0 … 2^31-1. A timer does not keep the process alive.
   */
  after(ms: number, run: TimerTask, key?: string): Cancel
  /** Like `after`, again and again; a tick is skipped while the former one waits or runs. */
  every(ms: number, run: TimerTask, key?: string): Cancel
}

export type TimerTask = () => void | Promise<void>

/** A due timer on its way through the mailbox. */
export interface Tick {
  isCancelled: boolean
  isQueued: boolean
  readonly run: TimerTask
}

/** The kind of message a due timer is. */
export const timerMethod: Method = {
  name: 'timer',
  batch: undefined,
  async invoke(_actor, payload) {
    const tick = payload as Tick // only Timers sends this method
    try {
      if (!tick.isCancelled) await tick.run()
    } finally {
      tick.isQueued = false
    }
  },
}

/** The timers of one instance. */
export class Timers {
  readonly #scheduler: Scheduler
  readonly #deliver: (tick: Tick, key: string) => boolean
  readonly #armed = new Set<Cancel>()
  #isOver = false

  constructor(scheduler: Scheduler, deliver: (tick: Tick, key: string) => boolean) {
    this.#scheduler = scheduler
    this.#deliver = deliver
  }

  start(ms: number, run: TimerTask, key: string, repeats: boolean): Cancel {
    if (!(ms >= 0 && ms <= LONGEST_TIMER)) {
      throw new RangeError(`a timer takes 0 to ${LONGEST_TIMER} milliseconds, not ${ms}`)
    }
    if (this.#isOver) return () => {}
    const tick: Tick = { isCancelled: false, isQueued: false, run: () => this.#run(run) }
    let disarm: Cancel = () => {}
    const cancel = () => {
      tick.isCancelled = true
      disarm()
      this.#armed.delete(cancel)
    }
    const fire = () => {
      if (!tick.isQueued) tick.isQueued = this.#deliver(tick, key)
      if (repeats) disarm = this.#scheduler.timer(ms, fire)
      else this.#armed.delete(cancel)
    }
    disarm = this.#scheduler.timer(ms, fire)
    this.#armed.add(cancel)
    return cancel
  }

  #run(task: TimerTask): void | Promise<void> {
    if (!this.#isOver) return task()
  }

  /** Ends all timers, also those whose message already waits, and refuses new ones. */
  end(): void {
    this.#isOver = true
    for (const cancel of this.#armed) cancel()
  }
}
