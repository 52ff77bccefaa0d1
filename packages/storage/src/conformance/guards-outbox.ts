import type { GuardCase } from './guard-case.ts'
import { anAuditRecord, LATER, NOW, unique } from './samples.ts'
import { aParkedEvent } from './samples-outbox.ts'

/** Guards by which processes share the work on the outbox and on the audit chain. */
export function outboxGuards(): readonly GuardCase[] {
  const sink = unique('sink')
  const dead = aParkedEvent(sink, { deadAt: NOW })
  const waiting = aParkedEvent(sink, { seq: 2 })
  const record = anAuditRecord()
  const addSink = { kind: 'outbox.addSink', sink, cursor: 0 } as const
  return [
    {
      kind: 'outbox.lease',
      winners: 1,
      prepare: [addSink],
      race: (n) => ({ kind: 'outbox.lease', sink, owner: `owner ${n}`, at: NOW, until: LATER }),
    },
    {
      kind: 'outbox.advance',
      winners: 1,
      prepare: [addSink],
      race: (n) => ({ kind: 'outbox.advance', sink, epoch: 0, from: 0, to: n + 1 }),
    },
    {
      kind: 'outbox.attempted',
      winners: 1,
      prepare: [addSink, { kind: 'outbox.park', parked: waiting }],
      race: () => ({
        kind: 'outbox.attempted',
        sink,
        seq: waiting.seq,
        seen: 1,
        attempts: 2,
        nextAttemptAt: LATER,
        error: 'again',
        deadAt: undefined,
      }),
    },
    {
      kind: 'outbox.revive',
      winners: 1,
      prepare: [addSink, { kind: 'outbox.park', parked: dead }],
      race: () => ({ kind: 'outbox.revive', sink, seq: dead.seq, at: NOW }),
    },
    {
      kind: 'audit.link',
      winners: 1,
      prepare: [{ kind: 'audit.insert', record }],
      race: (n) => ({
        kind: 'audit.link',
        id: record.id,
        seq: 1_000_000 + n,
        hash: record.id,
      }),
    },
  ]
}
