import type { Client } from '../client.ts'
import type { ClientId } from '../ids.ts'

/**
 * Memory that several processes share, and the way they tell each other what is no longer true. It may
 * forget everything, hang or vanish at any moment: no answer may depend on it, only its speed.
 */
export interface SharedCache {
  /** What another process put under `name`; `undefined` also when that cannot be told soon. Never rejects. */
  get(name: string): Promise<Uint8Array | undefined>
  /** Keeps `bytes` until `deadline`, by the clock of `now()`; not at all when it is past. Best effort. */
  put(name: string, bytes: Uint8Array, deadline: number): void
  /** Tells every other process that listens that what carries one of `tags`, words without spaces, is no longer true. */
  announce(tags: readonly string[]): void
  /** Has one listener; called once, and told at once when announcements arrive already. */
  listen(listener: CacheListener): void
  /** Milliseconds of one clock that all processes share; `undefined` before it is known. */
  now(): number | undefined
  close(): Promise<void>
}

export interface CacheListener {
  /** From now on every announcement arrives. */
  opened(): void
  /** Announcements may have been lost, and more will be until `opened`. */
  closed(): void
  announced(tags: readonly string[]): void
}

/** Clients as they were at a given count of changes (`Versions.clients`): as good as reading them now. */
export interface ClientSnapshots {
  /** `version` must have been read before. Rejects as `ClientStore.find`. */
  find(id: ClientId, version: number): Promise<Client | undefined>
}
