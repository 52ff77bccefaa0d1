import type { Message } from './message.ts'
import { LONGEST_TIMER, type Scheduler } from './scheduler.ts'

/**
 * Deadlines without a timer per message: messages with the same span expire in the order they came,
 * so one FIFO queue per span and one armed timer for its head suffice. A message that is answered
 * leaves its queue at once, hence no queue holds more than what is waiting or in progress.
 */
export class Deadlines {
  readonly #scheduler: Scheduler
  readonly #queues = new Map<number, DeadlineQueue>()

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** Watches `message`, whose `deadlineAt` is `span` (whole milliseconds) from now. */
  watch(message: Message, span: number): void {
    let queue = this.#queues.get(span)
    if (!queue) {
      queue = new DeadlineQueue(this.#scheduler, span, (idle) => this.#queues.delete(idle))
      this.#queues.set(span, queue)
    }
    queue.push(message)
  }
}

/** The messages of one span, soonest deadline first. */
export class DeadlineQueue {
  readonly #scheduler: Scheduler
  readonly #span: number
  readonly #onIdle: (span: number) => void
  #first: Message | undefined
  #last: Message | undefined
  #armed = false

  constructor(scheduler: Scheduler, span: number, onIdle: (span: number) => void) {
    this.#scheduler = scheduler
    this.#span = span
    this.#onIdle = onIdle
  }

  push(message: Message): void {
    message.deadlines = this
    message.earlier = this.#last
    if (this.#last) this.#last.later = message
    else this.#first = message
    this.#last = message
    if (this.#armed) return
    this.#armed = true
    this.#arm(this.#span)
  }

  remove(message: Message): void {
    if (message.earlier) message.earlier.later = message.later
    else this.#first = message.later
    if (message.later) message.later.earlier = message.earlier
    else this.#last = message.earlier
    message.earlier = undefined
    message.later = undefined
    message.deadlines = undefined
  }

  #arm(ms: number): void {
    this.#scheduler.timer(Math.min(ms, LONGEST_TIMER), this.#fire)
  }

  // The timer stays armed when its message is answered: re-arming per answer would cost what one
  // timer per ask costs. It then finds a younger head, or nothing, and acts on that.
  #fire = (): void => {
    const now = this.#scheduler.now()
    let head = this.#first
    while (head && head.deadlineAt <= now) {
      this.remove(head)
      head.owner.expire(head)
      head = this.#first
    }
    if (head) {
      this.#arm(head.deadlineAt - now)
      return
    }
    this.#armed = false
    this.#onIdle(this.#span)
  }
}
