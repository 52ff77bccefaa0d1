// Owns: how far one sink has come, in the database, and the lease that lets this process say so.
// Does not own: what is delivered (lane.ts). Start here: `LeasedCursor.hold`, `LeasedCursor.advance`.
import {
  after,
  type Change,
  type Clock,
  epochSeconds,
  nowSeconds,
  type Storage,
} from '@grantd/domain'

export interface LeasePorts {
  readonly storage: Pick<Storage, 'commit' | 'outbox'>
  readonly sink: { readonly name: string }
  readonly clock: Clock
  /** Names this process among those that share the work. */
  readonly owner: string
  readonly settings: {
    readonly leaseSeconds: number
    /** Whether what every sink has may go at once; a history keeps it for the janitor. */
    readonly trims: boolean
  }
}

/**
 * `kept`: nothing was asked. `renewed`: the same lease. `taken`: it is new, and what was known of the
 * sink may be wrong. `elsewhere`: another process has it.
 */
export type Holding = 'kept' | 'renewed' | 'taken' | 'elsewhere'

const TRIM_EVERY = 1_000
const EVER = epochSeconds(Number.MAX_SAFE_INTEGER)

type Lease = { readonly epoch: number; cursor: number; readonly renewAt: number }

export class LeasedCursor {
  readonly #ports: LeasePorts
  #lease: Lease | undefined
  #untrimmed = 0

  constructor(ports: LeasePorts) {
    this.#ports = ports
  }

  get isHeld(): boolean {
    return this.#lease !== undefined
  }

  /** All up to this place is delivered or parked; `undefined` without the lease. */
  get place(): number | undefined {
    return this.#lease?.cursor
  }

  /** Takes or renews the lease when it is time to. */
  async hold(): Promise<Holding> {
    const { storage, sink, clock, owner, settings } = this.#ports
    const former = this.#lease
    if (former !== undefined && clock.nowMs() < former.renewAt) return 'kept'
    const at = nowSeconds(clock)
    const until = after(at, settings.leaseSeconds)
    const taking = { kind: 'outbox.lease', sink: sink.name, owner, at, until } as const
    this.#lease = undefined
    if ((await storage.commit([taking])).outcome === 'refused') return 'elsewhere'
    const found = (await storage.outbox.sinks()).find(({ name }) => name === sink.name)
    if (found === undefined || found.owner !== owner) return 'elsewhere'
    const renewAt = clock.nowMs() + (settings.leaseSeconds * 1_000) / 3
    this.#lease = { epoch: found.epoch, cursor: found.cursor, renewAt }
    return former?.epoch === found.epoch ? 'renewed' : 'taken'
  }

  /** Writes `changes` with the proof that the lease is still ours. False: it is not, and nothing was written. */
  async advance(to: number, changes: readonly Change[]): Promise<boolean> {
    const { storage, sink, settings } = this.#ports
    const lease = this.#lease
    if (lease === undefined) return false
    const { epoch, cursor: from } = lease
    const unit: Change[] = [
      { kind: 'outbox.advance', sink: sink.name, epoch, from, to },
      ...changes,
    ]
    this.#untrimmed += to - from
    if (settings.trims && this.#untrimmed >= TRIM_EVERY) {
      unit.push({ kind: 'outbox.trim', before: EVER, limit: 2 * this.#untrimmed })
      this.#untrimmed = 0
    }
    if ((await storage.commit(unit)).outcome === 'refused') {
      this.#lease = undefined
      return false
    }
    lease.cursor = to
    return true
  }

  /** What was known of it may be wrong now. */
  lose(): void {
    this.#lease = undefined
  }

  /** Lets another process go on at once. Never rejects. */
  async release(): Promise<void> {
    if (this.#lease === undefined) return
    const { storage, sink, owner } = this.#ports
    this.#lease = undefined
    const release = { kind: 'outbox.release', sink: sink.name, owner } as const
    await storage.commit([release]).catch(() => undefined) // the lease ends by itself
  }
}
