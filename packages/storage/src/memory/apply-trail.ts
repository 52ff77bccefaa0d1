import {
  type AuditChange,
  type Change,
  epochSeconds,
  type OutboxChange,
  unreachable,
} from '@grantd/domain'
import { insert, updateIf } from './apply.ts'
import type { MemoryState } from './state.ts'

type TrailChange = AuditChange | OutboxChange

export function isTrailChange(change: Change): change is TrailChange {
  return change.kind.startsWith('outbox.') || change.kind.startsWith('audit.')
}

/** Changes of what tells of others: the audit log and the outbox. */
export function applyToTrail(state: MemoryState, change: TrailChange): boolean {
  switch (change.kind) {
    case 'audit.insert':
      return insert(state.audit, change.record.id, change.record)
    case 'audit.link': {
      const { id, seq, hash } = change
      if (state.audit.get(id) === undefined) return false
      if (state.auditLinks.get(id) !== undefined) return false
      return insert(state.auditLinks, id, { seq, hash })
    }
    case 'audit.mark': {
      const { end, from, seq, hash, mac } = change
      if ((state.auditMarks.get(end)?.seq ?? 0) !== from) return false
      state.auditMarks.put(end, { seq, hash, mac })
      return true
    }
    case 'audit.trim':
      for (const [id] of state.auditLinks.filter(({ seq }) => seq <= change.upTo)) {
        state.auditLinks.delete(id)
        state.audit.delete(id)
      }
      return true
    case 'outbox.append':
      state.outbox.append(change.event)
      return true
    case 'outbox.copyEvent':
      state.outbox.place(change.entry)
      return true
    case 'outbox.trim': {
      const cursors = state.outboxSinks.filter(() => true).map(([, sink]) => sink.cursor)
      const passed = Math.min(...cursors, state.outbox.end)
      state.outbox.trim(
        change.limit,
        ({ seq, createdAt }) => seq <= passed && createdAt < change.before,
      )
      return true
    }
    case 'outbox.park':
    case 'outbox.attempted':
    case 'outbox.unpark':
    case 'outbox.revive':
      return applyToParked(state, change)
    default:
      return applyToSink(state, change)
  }
}

type ParkedChange = Extract<
  OutboxChange,
  { kind: 'outbox.park' | 'outbox.attempted' | 'outbox.unpark' | 'outbox.revive' }
>

function applyToParked(state: MemoryState, change: ParkedChange): boolean {
  switch (change.kind) {
    case 'outbox.park':
      return insert(state.parked, placeOf(change.parked), change.parked)
    case 'outbox.attempted': {
      const { seen, attempts, nextAttemptAt, error, deadAt } = change
      return updateIf(
        state.parked,
        placeOf(change),
        (parked) => parked.attempts === seen && parked.deadAt === undefined,
        (parked) => ({ ...parked, attempts, nextAttemptAt, error, deadAt }),
      )
    }
    case 'outbox.unpark':
      state.parked.delete(placeOf(change))
      return true
    case 'outbox.revive':
      return updateIf(
        state.parked,
        placeOf(change),
        (parked) => parked.deadAt !== undefined,
        (parked) => ({ ...parked, attempts: 0, nextAttemptAt: change.at, deadAt: undefined }),
      )
    default:
      return unreachable(change)
  }
}

type SinkChange = Exclude<
  OutboxChange,
  ParkedChange | { kind: 'outbox.append' | 'outbox.copyEvent' | 'outbox.trim' }
>

function applyToSink(state: MemoryState, change: SinkChange): boolean {
  const sinks = state.outboxSinks
  const { sink: name } = change
  switch (change.kind) {
    case 'outbox.addSink': {
      const [owner, leaseUntil] = ['', NEVER]
      if (sinks.get(name) === undefined) {
        sinks.put(name, { name, cursor: change.cursor, epoch: 0, owner, leaseUntil })
      }
      return true
    }
    case 'outbox.copySink': {
      const { cursor } = change
      state.outbox.goOnAfter(cursor)
      return insert(sinks, name, { name, cursor, epoch: 0, owner: '', leaseUntil: NEVER })
    }
    case 'outbox.removeSink':
      sinks.delete(name)
      state.parked.deleteAll((parked) => parked.sink === name)
      return true
    case 'outbox.lease': {
      const { owner, at, until: leaseUntil } = change
      return updateIf(
        sinks,
        name,
        (sink) => sink.owner === owner || sink.leaseUntil <= at,
        (sink) => ({
          ...sink,
          owner,
          leaseUntil,
          epoch: sink.owner === owner ? sink.epoch : sink.epoch + 1,
        }),
      )
    }
    case 'outbox.release':
      return updateIf(
        sinks,
        name,
        (sink) => sink.owner === change.owner,
        (sink) => ({ ...sink, owner: '', leaseUntil: NEVER }),
      )
    case 'outbox.advance':
      return updateIf(
        sinks,
        name,
        (sink) => sink.epoch === change.epoch && sink.cursor === change.from,
        (sink) => ({ ...sink, cursor: change.to }),
      )
    case 'outbox.rewind':
      return updateIf(
        sinks,
        name,
        () => true,
        (sink) => ({
          ...sink,
          cursor: change.cursor,
          epoch: sink.epoch + 1,
          owner: '',
          leaseUntil: NEVER,
        }),
      )
    default:
      return unreachable(change)
  }
}

const NEVER = epochSeconds(0)

const placeOf = ({ sink, seq }: { readonly sink: string; readonly seq: number }) =>
  JSON.stringify([sink, seq])
