import type { SharedCache } from '@grantd/domain'
import type { CacheCipher, Place } from './cipher.ts'
import type { Tags, Tombstones } from './tombstones.ts'

/**
 * How long a value may be used after it was read from the database, on whatever process: the bound for
 * a revocation that nobody could be told of. Together with what a request takes it stays below 5 s.
 */
export const LIFE_MS = 4_000
const MOST = 10_000

export interface RecentPorts {
  readonly shared: SharedCache
  readonly cipher: CacheCipher
  readonly tombstones: Tombstones
  /** Milliseconds of a clock that never steps. */
  readonly now: () => number
  /** Whether announcements arrive; without them nothing is kept. */
  readonly isListening: () => boolean
}

export interface Kind<Id extends string, Value> {
  readonly kind: string
  load(id: Id): Promise<Value | undefined>
  tagsOf(value: Value): readonly string[]
  /** How many milliseconds the value has left by itself. */
  lifeOf(value: Value): number
}

interface Entry<Value> {
  readonly value: Value
  readonly tags: Tags
  /** Nothing that was declared up to here is about it. */
  moment: number
  readonly until: number
  /** Where it is to be shared when it is asked for again; most are not, and sharing costs more than a read. */
  place: Place | undefined
}

interface Flight<Value> {
  readonly value: Promise<Value | undefined>
  readonly moment: number
}

/** Point reads of one kind: from memory, else from the shared cache, else from the database. */
export class Recent<Id extends string, Value extends object> {
  readonly #ports: RecentPorts
  readonly #kind: Kind<Id, Value>
  readonly #entries = new Map<Id, Entry<Value>>()
  readonly #flights = new Map<Id, Flight<Value>>()

  constructor(ports: RecentPorts, kind: Kind<Id, Value>) {
    this.#ports = ports
    this.#kind = kind
  }

  find(id: Id): Promise<Value | undefined> {
    const { tombstones, isListening, now } = this.#ports
    if (!isListening()) return this.#kind.load(id)
    const entry = this.#entries.get(id)
    if (entry !== undefined) {
      if (now() < entry.until && tombstones.spares(entry.tags, entry.moment)) {
        entry.moment = tombstones.moment
        if (entry.place !== undefined) this.#share(entry)
        return Promise.resolve(entry.value)
      }
      this.#entries.delete(id)
    }
    return this.#join(id)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** One load at a time; who asks after a declaration does not get what was read before it. */
  #join(id: Id): Promise<Value | undefined> {
    const { moment } = this.#ports.tombstones
    const flight = this.#flights.get(id)
    if (flight?.moment === moment) return flight.value
    const value = this.#fetch(id).finally(() => {
      if (this.#flights.get(id)?.value === value) this.#flights.delete(id)
    })
    this.#flights.set(id, { value, moment })
    return value
  }

  async #fetch(id: Id): Promise<Value | undefined> {
    const { cipher, tombstones, now } = this.#ports
    const place = cipher.place(this.#kind.kind, id)
    const shared = await this.#fromShared(id, place)
    if (shared !== undefined) return shared
    const { moment } = tombstones
    const startedAt = now()
    const value = await this.#kind.load(id)
    if (value === undefined) return undefined // strangers must not fill the cache with what is not there
    const tags = this.#tagsOf(value)
    const life = Math.min(LIFE_MS, this.#kind.lifeOf(value))
    if (life <= 0) return value
    // Under the moment before the read: what was declared meanwhile condemns it when it is asked for.
    this.#remember(id, { value, tags, moment, until: startedAt + life, place })
    return value
  }

  async #fromShared(id: Id, place: Place): Promise<Value | undefined> {
    const { shared, cipher, tombstones, now } = this.#ports
    if (!tombstones.knowsOfForeign) return undefined // listening too short to know what ended
    const bytes = await shared.get(place.name)
    const sealed = bytes && cipher.open<Value>(place, bytes)
    const sharedNow = shared.now()
    if (sealed === undefined || sharedNow === undefined) return undefined
    const { value, deadline } = sealed
    const left = Math.min(deadline - sharedNow, this.#kind.lifeOf(value))
    // Further away than any life: the shared clock was set back.
    if (left <= 0 || deadline - sharedNow > LIFE_MS) return undefined
    const tags = this.#tagsOf(value)
    if (!tombstones.sparesForeign(tags)) return undefined
    const { moment } = tombstones
    this.#remember(id, { value, tags, moment, until: now() + left, place: undefined })
    return value
  }

  #tagsOf(value: Value): Tags {
    let tags: readonly string[] | undefined
    return () => {
      tags ??= this.#kind.tagsOf(value).map((tag) => this.#ports.cipher.tag(tag))
      return tags
    }
  }

  #share(entry: Entry<Value>): void {
    const { shared, cipher, now } = this.#ports
    const { place, value, until } = entry
    entry.place = undefined
    const sharedNow = shared.now()
    if (place === undefined || sharedNow === undefined) return
    const deadline = sharedNow + until - now()
    const bytes = cipher.seal(place, { value, deadline })
    if (bytes !== undefined) shared.put(place.name, bytes, deadline)
  }

  #remember(id: Id, entry: Entry<Value>): void {
    if (!this.#ports.isListening()) return
    if (this.#entries.size >= MOST) {
      const oldest = this.#entries.keys().next().value
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    this.#entries.set(id, entry)
  }
}
