import type { Client, ClientId, Clock, Storage } from '@grantd/domain'

const CACHE_SIZE = 10_000
/** How old a cached client may be before another process's change must show. */
const STALENESS_MS = 500

/**
 * Clients lately seen, bounded, shared by the client actors. A hit costs neither a message nor a
 * promise; whoever misses asks the actor, which loads and stays the only writer. It may vanish at any
 * time: the truth is in storage.
 */
export class ClientCache {
  readonly #storage: Pick<Storage, 'versions'>
  readonly #clock: Clock
  readonly #known = new Map<ClientId, Client>()
  #version = -1
  #checkedAtMs = Number.NEGATIVE_INFINITY

  constructor(ports: { storage: Pick<Storage, 'versions'>; clock: Clock }) {
    this.#storage = ports.storage
    this.#clock = ports.clock
  }

  /** The client when it is known and at most half a second old. */
  find(id: ClientId): Client | undefined {
    const known = this.#known.get(id)
    return known !== undefined && this.#isFresh(this.#clock.nowMs()) ? known : undefined
  }

  /** Drops everything when another process has changed a client; asks storage at most every 500 ms. */
  async refresh(): Promise<void> {
    const now = this.#clock.nowMs()
    if (this.#isFresh(now)) return
    const { clients } = await this.#storage.versions()
    if (clients !== this.#version) this.#known.clear()
    this.#version = clients
    this.#checkedAtMs = now
  }

  /** The count of changes to clients that what is known here belongs to. */
  get version(): number {
    return this.#version
  }

  /** Another process says that it has changed a client: storage is asked before the next answer. */
  recheck(): void {
    this.#checkedAtMs = Number.NEGATIVE_INFINITY
  }

  remember(client: Client): void {
    if (this.#known.size >= CACHE_SIZE) {
      const oldest = this.#known.keys().next().value
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(client.id, client)
  }

  forget(id: ClientId): void {
    this.#known.delete(id)
  }

  #isFresh(now: number): boolean {
    const age = now - this.#checkedAtMs
    return age >= 0 && age < STALENESS_MS // a clock that stepped back must not silence the check
  }
}
