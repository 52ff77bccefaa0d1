/**
 * How long each one stays, in the mean, without keeping when each came: by Little's law it is the time that all spent
 * together, by how many were done.
 */
export class Stay {
  readonly #now: () => number
  #atWork = 0
  #done = 0
  /** Of all of them, in milliseconds. */
  #spent = 0
  #at: number

  constructor(now: () => number) {
    this.#now = now
    this.#at = now()
  }

  enter(): void {
    this.#pass()
    this.#atWork++
  }

  leave(): void {
    this.#pass()
    this.#atWork--
    this.#done++
  }

  /** In milliseconds, since the last time that this was asked; with nobody done, what all have waited so far. */
  take(): number {
    this.#pass()
    const mean = this.#spent / Math.max(1, this.#done)
    this.#spent = 0
    this.#done = 0
    return mean
  }

  #pass(): void {
    const now = this.#now()
    this.#spent += this.#atWork * (now - this.#at)
    this.#at = now
  }
}
