// Owns: the making of events: what a flow says, with id, time and request added, for the event bus.
// Does not own: who gets them (@grantd/events), the types (domain). Start here: `EventRecorder`.
import {
  type ActObserver,
  type AuditRecord,
  type Change,
  type Clock,
  type CommitResult,
  DraftEvent,
  type EventBus,
  type EventOrigin,
  type EventOutbox,
  type IdMaker,
  type NewEvent,
  NOT_OBSERVED,
  type Storage,
  uuidText,
} from '@grantd/domain'
import { eventOfAudit } from './event-of-audit.ts'
import { ambientOrigin } from './origin.ts'

export interface RecorderPorts {
  readonly bus: EventBus
  /** Absent when no configured backend outlives this process. */
  readonly outbox?: EventOutbox | undefined
  readonly storage: Storage
  readonly ids: IdMaker
  readonly clock: Clock
  /** Counts what is recorded; nobody, where it is absent. */
  readonly acts?: ActObserver | undefined
}

export class EventRecorder {
  readonly #ports: RecorderPorts
  readonly #acts: ActObserver
  #lastWrite: 'committed' | 'failed' | undefined

  constructor(ports: RecorderPorts) {
    this.#ports = ports
    this.#acts = ports.acts ?? NOT_OBSERVED
  }

  get bus(): EventBus {
    return this.#ports.bus
  }

  /** An event of class telemetry: on its way at once, without waiting for anything. */
  tell(event: NewEvent): void {
    if (!this.#ports.bus.wants(event.type)) return
    this.#ports.bus.emit(this.#draft(event, undefined))
  }

  /**
   * THE PLACE where audit and security events leave a flow: `changes` with the audit records among
   * them, and the events that have no such record. They go out when the unit is committed, those for
   * durable backends in the very transaction; a guard that was lost tells of nothing.
   */
  async record(changes: readonly Change[], events: readonly NewEvent[]): Promise<CommitResult> {
    const { storage, bus, outbox } = this.#ports
    const drafts = this.#draftsOf(changes, events)
    const isTold = drafts.length > 0
    const envelopes = () => drafts.map(({ envelope }) => envelope)
    const stored = isTold ? outbox?.withEvents(changes, envelopes()) : undefined
    let result: CommitResult
    try {
      result = await storage.commit(stored ?? changes)
    } catch (error) {
      this.#lastWrite = 'failed'
      throw error
    }
    this.#lastWrite = 'committed'
    if (result.outcome === 'refused') return result
    this.#acts.committed(changes, events)
    if (!isTold) return result
    for (const draft of drafts) bus.emit(draft)
    outbox?.committed()
    return result
  }

  /** How the last write ended, if there was one since this was last asked. */
  takeLastWrite(): 'committed' | 'failed' | undefined {
    const last = this.#lastWrite
    this.#lastWrite = undefined
    return last
  }

  /** The same storage, whose commits record what their audit records tell of. */
  recording(): Storage {
    return { ...this.#ports.storage, commit: (changes) => this.record(changes, []) }
  }

  #draftsOf(changes: readonly Change[], events: readonly NewEvent[]): DraftEvent[] {
    const { bus } = this.#ports
    const drafts: DraftEvent[] = []
    for (const change of changes) {
      if (change.kind !== 'audit.insert') continue
      const event = eventOfAudit(change.record)
      if (bus.wants(event.type)) drafts.push(this.#draft(event, change.record))
    }
    for (const event of events) {
      if (bus.wants(event.type)) drafts.push(this.#draft(event, undefined))
    }
    return drafts
  }

  /** An event of an audit record has its id, so that the two are known to be one. */
  #draft(event: NewEvent, record: AuditRecord | undefined): DraftEvent {
    const { ids, clock } = this.#ports
    const origin = ambientOrigin.getStore() ?? taskOf(record)
    return new DraftEvent(event, clock.nowMs(), origin, record?.id ?? ids)
  }
}

/** Outside a request something else is at work: a command of an operator, or a timer. */
function taskOf(record: AuditRecord | undefined): EventOrigin | undefined {
  return record?.actor === 'cli' ? { correlationId: uuidText(record.id), source: 'cli' } : undefined
}
