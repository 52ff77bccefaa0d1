// Owns: every durable sink on its way through the outbox, each at its own pace; how full the outbox is.
// Does not own: one sink's way (lane.ts), appending (outbox.ts). Start here: `Relay`.
import type { Clock, EventSink, Storage } from '@grantd/domain'
import type { EventLog } from '../log.ts'
import type { PublishObserver } from '../publish-observer.ts'
import { Lane, type LaneCounts, type RelaySettings } from './lane.ts'

export interface RelayPorts {
  readonly storage: Pick<Storage, 'commit' | 'outbox'>
  readonly sinks: readonly EventSink[]
  readonly clock: Clock
  readonly log: EventLog
  readonly owner: string
  readonly settings?: Partial<RelaySettings>
  readonly onPublished?: PublishObserver | undefined
}

export const RELAY_SETTINGS: RelaySettings = {
  batch: 128,
  lingerMs: 50,
  pollMs: 500,
  leaseSeconds: 15,
  trims: true,
}

export interface SinkProgress extends LaneCounts {
  readonly name: string
  /** Whether this process looks after it; exactly one does. */
  readonly isActive: boolean
  readonly waiting: number
}

/**
 * Delivers what is in the outbox: at least once, in order per key, also after a crash at any point.
 * Several processes may run one; a lease in the database says who looks after which sink.
 */
export class Relay {
  readonly #ports: RelayPorts
  readonly #lanes: readonly Lane[]

  constructor(ports: RelayPorts) {
    this.#ports = ports
    const settings = { ...RELAY_SETTINGS, ...ports.settings }
    this.#lanes = ports.sinks.map((sink) => new Lane({ ...ports, sink, settings }))
  }

  /** Must resolve before the first event is appended. */
  async start(): Promise<void> {
    await this.register()
    for (const lane of this.#lanes) lane.start()
  }

  /** Makes the sinks known, for another process to deliver to: one that is new begins with what comes now. */
  async register(): Promise<void> {
    const { storage } = this.#ports
    const cursor = await storage.outbox.end()
    for (const { name: sink } of this.#lanes) {
      await storage.commit([{ kind: 'outbox.addSink', sink, cursor }])
    }
  }

  /** Something was appended by this process. */
  poke(): void {
    for (const lane of this.#lanes) lane.poke()
  }

  /** Events that the slowest of our sinks has still to get. */
  async backlog(): Promise<number> {
    const progress = await this.progress()
    return Math.max(0, ...progress.map(({ waiting }) => waiting))
  }

  async progress(): Promise<readonly SinkProgress[]> {
    const { outbox } = this.#ports.storage
    const [end, sinks] = await Promise.all([outbox.end(), outbox.sinks()])
    return this.#lanes.map(({ name, isActive, counts }) => {
      const cursor = sinks.find((sink) => sink.name === name)?.cursor ?? end
      return { name, isActive, waiting: Math.max(0, end - cursor), ...counts }
    })
  }

  /** Delivers what waits for up to `drainMs`; the rest is delivered after the next start. Never rejects. */
  async stop(drainMs: number): Promise<void> {
    const signal = AbortSignal.timeout(Math.max(1, drainMs))
    await Promise.all(this.#lanes.map((lane) => lane.stop(signal)))
  }
}
