/** Waits that something else may end early. */
export class Wakeup {
  #isClosed = false
  #isDue = false
  /** Of the wait or the sleep that is under way. */
  #end: (() => void) | undefined
  #isWaiting = false

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Ends `wait`; the next one does not wait at all when none is under way. Thousands a second cost nothing. */
  wake(): void {
    this.#isDue = true
    if (this.#isWaiting) this.#end?.()
  }

  /** Ends every wait from now on. */
  close(): void {
    this.#isClosed = true
    this.#end?.()
  }

  /** Until `ms` have passed, or something happens. */
  async wait(ms: number): Promise<void> {
    this.#isWaiting = true
    if (!this.#isDue) await this.#pause(ms)
    this.#isWaiting = false
    this.#isDue = false
  }

  /** Until `ms` have passed, whatever happens but the end. */
  sleep(ms: number): Promise<void> {
    return this.#pause(ms)
  }

  #pause(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end?.(), ms)
      timer.unref()
      this.#end = () => {
        clearTimeout(timer)
        this.#end = undefined
        resolve()
      }
    })
  }
}
