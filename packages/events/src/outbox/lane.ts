// Owns: bringing one sink through the outbox: read, publish, move on; what to do when it fails.
// Does not own: its lease (leased-cursor.ts), events that it will not take (parking.ts), several sinks
// (relay.ts). Start here: `run`.
import {
  type Change,
  type Clock,
  type EventEnvelope,
  type EventSink,
  nowSeconds,
  type OutboxEntry,
  type PublishOutcome,
  type ReadEntry,
  type Storage,
} from '@grantd/domain'
import type { EventLog } from '../log.ts'
import type { PublishObserver } from '../publish-observer.ts'
import { LeasedCursor } from './leased-cursor.ts'
import { Parking } from './parking.ts'
import { Trouble } from './trouble.ts'
import { Wakeup } from './wakeup.ts'

export interface LanePorts {
  readonly storage: Pick<Storage, 'commit' | 'outbox'>
  readonly sink: EventSink
  readonly clock: Clock
  readonly log: EventLog
  /** Names this process among those that share the work. */
  readonly owner: string
  readonly settings: RelaySettings
  readonly onPublished?: PublishObserver | undefined
}

export interface RelaySettings {
  /** Most events of one call of a sink, and so most that a crash delivers twice. */
  readonly batch: number
  /** How long events gather before a call, unless a whole batch waits. */
  readonly lingerMs: number
  /** How often to look for events of other processes. */
  readonly pollMs: number
  readonly leaseSeconds: number
  /** Whether what every sink has may go at once; a history keeps it for the janitor. */
  readonly trims: boolean
}

export interface LaneCounts {
  published: number
  failures: number
  dead: number
}

/** Tries in a row that a working sink may put off an event before the event is set aside. */
const PATIENCE = 3
/** Calls whose events are read at once. */
const READ_AHEAD = 8

/** One sink. Its cursor moves only past what is published or parked, in the transaction that says so. */
export class Lane {
  readonly counts: LaneCounts = { published: 0, failures: 0, dead: 0 }
  readonly #ports: LanePorts
  readonly #wakeup = new Wakeup()
  readonly #parking: Parking
  readonly #lease: LeasedCursor
  /** Published past the cursor, behind an event that is still to be tried again. */
  #done = new Set<number>()
  #putOff = new Map<number, number>()
  #ahead: readonly ReadEntry[] = []
  readonly #trouble: Trouble
  #isStopping = false
  #running: Promise<void> = Promise.resolve()

  constructor(ports: LanePorts) {
    this.#ports = ports
    this.#parking = new Parking(ports.sink.name)
    this.#lease = new LeasedCursor(ports)
    this.#trouble = new Trouble(ports.log, ports.sink.name)
  }

  get name(): string {
    return this.#ports.sink.name
  }

  /** Whether this process looks after the sink now. */
  get isActive(): boolean {
    return this.#lease.isHeld
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Something was committed. */
  poke(): void {
    this.#wakeup.wake()
  }

  /** Delivers what waits until `signal` aborts, then lets another process go on. Never rejects. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#isStopping = true
    const giveUp = () => this.#wakeup.close()
    signal.addEventListener('abort', giveUp, { once: true })
    this.#wakeup.wake()
    await this.#running
    signal.removeEventListener('abort', giveUp)
  }

  async #run(): Promise<void> {
    const { settings } = this.#ports
    while (!this.#wakeup.isClosed) {
      let worked = 0
      try {
        if (await this.#holdsLease()) worked = await this.#step()
        else if (this.#isStopping) break
      } catch (error) {
        this.#lease.lose()
        this.#trouble.begin('the outbox could not be read or written; it is tried again', {
          err: error,
        })
      }
      if (this.#isStopping && (worked === 0 || this.#trouble.pauseMs > 0)) break
      if (this.#trouble.pauseMs > 0) {
        // What the next try needs is kept: the rest may wait for hours, and is in the database.
        this.#ahead = this.#ahead.slice(0, settings.batch)
        await this.#wakeup.sleep(this.#trouble.pauseMs)
      } else if (worked === 0)
        await this.#wakeup.wait(this.#parking.waitMs(this.#nowMs(), settings.pollMs))
      else if (worked < settings.batch && !this.#isStopping) {
        await this.#wakeup.sleep(settings.lingerMs)
      }
    }
    this.#forget()
    await this.#lease.release()
  }

  /** False when another process looks after the sink. */
  async #holdsLease(): Promise<boolean> {
    const holding = await this.#lease.hold()
    if (holding === 'kept') return true
    if (holding !== 'renewed') this.#forget()
    if (holding === 'elsewhere') return false
    // Dead letters that an operator revived are among them from now on.
    await this.#parking.load(this.#ports.storage.outbox)
    return true
  }

  #forget(): void {
    this.#ahead = []
    this.#done = new Set()
    this.#putOff = new Map()
  }

  /** Resolves to how many events were dealt with. */
  async #step(): Promise<number> {
    const retried = await this.#retryParked()
    const cursor = this.#lease.place
    if (cursor === undefined) return retried
    const page = await this.#page(cursor)
    const open = page.filter(({ seq }) => !this.#done.has(seq))
    const offered = open.filter(({ key }) => !this.#parking.has(key))
    const outcomes = await this.#publish(offered)
    const changes: Change[] = []
    for (const entry of open) if (this.#parking.has(entry.key)) changes.push(this.#park(entry, 0))
    const isWorking = await this.#judge(outcomes)
    // A sink may stop at the first event that fails: of those behind it nothing is known.
    const first = outcomes.findIndex((one) => typeof one === 'object' && 'retry' in one)
    offered.forEach((entry, n) => {
      const reason = this.#verdict(entry, outcomes[n], isWorking && n === first)
      if (reason !== undefined) changes.push(this.#park(entry, 1, reason))
    })
    if (page.length === 0) return retried
    const to = this.#endOfDone(page, cursor)
    if (to > cursor || changes.length > 0) await this.#advance(to, changes)
    return retried + open.length
  }

  /** What is next. More is read than one call takes, so that a backlog costs few reads. */
  async #page(cursor: number): Promise<readonly ReadEntry[]> {
    const { storage, settings } = this.#ports
    const first = this.#ahead.findIndex(({ seq }) => seq > cursor)
    this.#ahead = first === -1 ? [] : this.#ahead.slice(first)
    if (this.#ahead.length < settings.batch) {
      this.#ahead = await storage.outbox.read(cursor, settings.batch * READ_AHEAD)
    }
    return this.#ahead.slice(0, settings.batch)
  }

  /** A sink works when it took something, refused something for good, or says so. */
  async #judge(outcomes: readonly PublishOutcome[]): Promise<boolean> {
    const putOff = outcomes.find((outcome) => typeof outcome === 'object' && 'retry' in outcome)
    if (putOff === undefined) {
      if (outcomes.length > 0) this.#trouble.end()
      return true
    }
    this.counts.failures++
    const isWorking =
      outcomes.some((outcome) => outcome === 'published' || 'rejected' in outcome) ||
      (await this.#ports.sink.health()).healthy
    const reason = typeof putOff === 'object' && 'retry' in putOff ? putOff.retry : undefined
    this.#trouble.begin('an event backend does not take events; they wait', { reason })
    return isWorking
  }

  /** Why the entry is to be parked; `undefined` when it is published, or offered again. */
  #verdict(
    { seq }: OutboxEntry,
    outcome: PublishOutcome | undefined,
    isAtFault: boolean,
  ): string | undefined {
    if (outcome === 'published') {
      this.counts.published++
      this.#done.add(seq)
      this.#putOff.delete(seq)
      return undefined
    }
    if (outcome !== undefined && 'rejected' in outcome) return outcome.rejected
    if (!isAtFault) return undefined // nothing is wrong with the event: it waits for the backend
    const tries = (this.#putOff.get(seq) ?? 0) + 1
    this.#putOff.set(seq, tries)
    return tries < PATIENCE ? undefined : (outcome?.retry ?? 'no answer')
  }

  #park(entry: OutboxEntry, attempts: number, reason?: string): Change {
    this.#done.add(entry.seq)
    this.#putOff.delete(entry.seq)
    const parked = this.#parking.add(entry, attempts, reason, nowSeconds(this.#ports.clock))
    if (reason !== undefined) {
      const { seq, key } = entry
      this.#ports.log.warn(
        { backend: this.name, seq, key, reason },
        'an event backend refused an event: it is set aside with those of its key and tried again',
      )
    }
    return { kind: 'outbox.park', parked }
  }

  #endOfDone(page: readonly OutboxEntry[], cursor: number): number {
    let end = cursor
    for (const { seq } of page) {
      if (!this.#done.has(seq)) break
      end = seq
    }
    return end
  }

  /** When the lease turns out to be lost, all is looked up anew. */
  async #advance(to: number, changes: readonly Change[]): Promise<void> {
    if (!(await this.#lease.advance(to, changes))) {
      this.#forget()
      return
    }
    for (const seq of this.#done) if (seq <= to) this.#done.delete(seq)
  }

  /** Offers the first parked event of each key whose time has come. */
  async #retryParked(): Promise<number> {
    const cursor = this.#lease.place
    const due = this.#parking.due(nowSeconds(this.#ports.clock), this.#ports.settings.batch)
    if (cursor === undefined || due.length === 0) return 0
    const outcomes = await this.#publish(due)
    const isWorking = await this.#judge(outcomes)
    const changes: Change[] = []
    due.forEach((parked, n) => {
      const outcome = outcomes[n]
      if (outcome === 'published') {
        this.counts.published++
        changes.push(this.#parking.release(parked))
        return
      }
      const rejected = outcome !== undefined && 'rejected' in outcome ? outcome.rejected : undefined
      if (rejected === undefined && !isWorking) return
      const reason = rejected ?? (outcome as { retry?: string } | undefined)?.retry ?? 'no answer'
      const attempted = this.#parking.failed(parked, reason, nowSeconds(this.#ports.clock))
      changes.push(attempted)
      if (attempted.deadAt === undefined) return
      this.counts.dead++
      this.#ports.log.error(
        { backend: this.name, seq: parked.seq, key: parked.key, reason },
        'an event was given up after many tries: see "grantd events dead-letters list"',
      )
    })
    if (changes.length > 0) await this.#advance(cursor, changes)
    return due.length
  }

  async #publish(entries: readonly ReadEntry[]): Promise<readonly PublishOutcome[]> {
    if (entries.length === 0) return []
    const { sink, onPublished } = this.#ports
    const events = entries.map(
      ({ payload, envelope }) => envelope ?? (JSON.parse(payload) as EventEnvelope), // written by `Outbox`
    )
    const startedAt = performance.now()
    const outcomes = await sink.publish(events)
    onPublished?.(sink.name, events, outcomes, performance.now() - startedAt)
    return outcomes
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs()
  }
}
