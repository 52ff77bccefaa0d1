/** One holder at a time, the others in the order in which they came. */
export class Turns {
  #holder: string | undefined
  readonly #waiting: { readonly name: string; readonly wake: (isMine: boolean) => void }[] = []

  get holder(): string | undefined {
    return this.#holder
  }

  /** Resolves to false when it is not `name`'s turn within `patienceMs`; without, it waits as long as it takes. */
  take(name: string, patienceMs?: number): Promise<boolean> {
    if (this.#holder === undefined) {
      this.#holder = name
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const waiting = {
        name,
        wake: (isMine: boolean) => {
          clearTimeout(timer)
          resolve(isMine)
        },
      }
      this.#waiting.push(waiting)
      if (patienceMs === undefined) return
      timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        resolve(false)
      }, patienceMs)
    })
  }

  /** To be called by the holder. */
  pass(): void {
    const next = this.#waiting.shift()
    this.#holder = next?.name
    next?.wake(true)
  }
}
