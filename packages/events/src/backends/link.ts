import { within } from './outcomes.ts'

export interface LinkParts<Connection extends object> {
  /** Connects and makes ready. `lost` is to be called when the connection is of no more use. */
  open(lost: () => void): Promise<Connection>
  end(connection: Connection): Promise<unknown>
  readonly timeoutMs: number
}

const PAUSE_MS = 250

/**
 * One connection to a broker, made when it is first needed and anew after it was lost: one attempt at
 * a time, and not at once after one that failed.
 */
export class Link<Connection extends object> {
  readonly #parts: LinkParts<Connection>
  #current: Promise<Connection> | undefined
  #failure: { readonly error: unknown; readonly at: number } | undefined
  #isClosed = false

  constructor(parts: LinkParts<Connection>) {
    this.#parts = parts
  }

  /** Rejects when there is no connection, within the time given for it. */
  get(): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(new Error('closed'))
    if (this.#current !== undefined) return this.#current
    const failure = this.#failure
    if (failure !== undefined && performance.now() - failure.at < PAUSE_MS) {
      return Promise.reject(failure.error)
    }
    const opening = this.#open()
    this.#current = opening
    opening.catch((error: unknown) => {
      this.#failure = { error, at: performance.now() }
      if (this.#current === opening) this.#current = undefined
    })
    return opening
  }

  /** Ends the present connection, after it failed or fell silent; the next `get` makes a new one. */
  drop(): void {
    const current = this.#current
    this.#current = undefined
    void current?.then((connection) => this.#end(connection)).catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const current = this.#current
    this.#current = undefined
    const connection = await current?.catch(() => undefined)
    if (connection !== undefined) await this.#end(connection)
  }

  #open(): Promise<Connection> {
    const { open, timeoutMs } = this.#parts
    let isLost = false
    const opening = open(() => {
      isLost = true
      if (this.#current === limitedOpening) this.#current = undefined
    })
    const limitedOpening: Promise<Connection> = within(opening, timeoutMs, 'the connection').then(
      (connection) => {
        if (!isLost) return connection
        throw new Error('the connection was lost')
      },
    )
    // One that comes too late is nobody's.
    limitedOpening.catch(() => opening.then((late) => this.#end(late)).catch(() => undefined))
    return limitedOpening
  }

  async #end(connection: Connection): Promise<void> {
    const { end, timeoutMs } = this.#parts
    // Whatever comes of it, the connection is gone.
    await within(end(connection), timeoutMs, 'the end').catch(() => undefined)
  }
}
