import {
  type EventBus,
  type EventOutbox,
  IdMaker,
  type Storage,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import { createFilter, Outbox } from '@grantd/events'
import { EventRecorder, type Log, NO_EVENTS } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'

const OF_THIS_PROCESS = new Set(['in_memory', 'console', 'both'])

/**
 * The events of a command: it reaches no backend itself, but what it does is stored for those that
 * outlive a process, and a running server delivers it.
 */
export function commandEvents(
  { events }: Settings,
  log: Log,
): { readonly bus: EventBus; readonly outbox: EventOutbox | undefined } {
  const isDurable = events.backend.some((name) => !OF_THIS_PROCESS.has(name))
  const isWanted = events.enabled && (isDurable || events.outbox.history_days > 0)
  if (!isWanted) return { bus: NO_EVENTS, outbox: undefined }
  const wants = createFilter(events.filter_mode, events.event_types)
  const { max_waiting: maxWaiting, when_full: fullRule } = events.outbox
  return {
    bus: { ...NO_EVENTS, isEnabled: true, wants },
    outbox: new Outbox({ log, fullRule, maxWaiting }),
  }
}

/** The commit of a command that opens a database by itself: what it records is an event as well. */
export function tellingCommit(storage: Storage, settings: Settings, log: Log): Storage['commit'] {
  const ids = new IdMaker({ clock: systemClock, random: systemRandom })
  const ports = { ...commandEvents(settings, log), storage, ids, clock: systemClock }
  return new EventRecorder(ports).recording().commit
}
