/** Waits that something else may end early. */
export class Wakeup {
  #isClosed = false
  #isDue = false
  #end: (() => void) | undefined

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Ends `wait`; the next one does not wait at all when none is under way. */
  wake(): void {
    this.#isDue = true
    this.#end?.()
  }

  /** Ends every wait from now on. */
  close(): void {
    this.#isClosed = true
    this.#end?.()
  }

  /** Until `ms` have passed, or something happens. */
  async wait(ms: number): Promise<void> {
    if (!this.#isDue) await this.#pause(ms)
    this.#isDue = false
  }

  /** Until `ms` have passed, whatever happens but the end. */
  async sleep(ms: number): Promise<void> {
    const until = performance.now() + ms
    for (let left = ms; left > 0 && !this.#isClosed; left = until - performance.now()) {
      await this.#pause(left)
    }
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
