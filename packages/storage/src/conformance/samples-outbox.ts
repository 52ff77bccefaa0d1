import type { OutboxEntry, OutboxEvent, ParkedEvent } from '@grantd/domain'
import { NOW, unique } from './samples.ts'

export function anEvent(changes: Partial<OutboxEvent> = {}): OutboxEvent {
  const payload = JSON.stringify({ event: { id: unique('event'), metadata: { 'a "b"': '\\ æ' } } })
  return { key: unique('key'), payload, createdAt: NOW, ...changes }
}

export function aParkedEvent(sink: string, changes: Partial<ParkedEvent> = {}): ParkedEvent {
  const entry: OutboxEntry = { ...anEvent(), seq: 1 }
  return {
    ...entry,
    sink,
    attempts: 1,
    nextAttemptAt: NOW,
    error: 'message too large',
    deadAt: undefined,
    ...changes,
  }
}
