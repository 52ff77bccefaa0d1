import type { EventLog } from '../log.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** Failures in a row: a pause that grows with them, and one line in the log when they begin and end. */
export class Trouble {
  readonly #log: EventLog
  readonly #backend: string
  #pauseMs = 0
  #isOn = false

  constructor(log: EventLog, backend: string) {
    this.#log = log
    this.#backend = backend
  }

  /** How long to wait before the next attempt; 0 when the last one was fine. */
  get pauseMs(): number {
    return this.#pauseMs
  }

  begin(message: string, fields: object): void {
    this.#pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, 2 * this.#pauseMs), LONGEST_PAUSE_MS)
    if (this.#isOn) return
    this.#isOn = true
    this.#log.warn({ backend: this.#backend, ...fields }, message)
  }

  end(): void {
    this.#pauseMs = 0
    if (!this.#isOn) return
    this.#isOn = false
    this.#log.warn({ backend: this.#backend }, 'events of the outbox are delivered again')
  }
}
