import type { EventEnvelope } from '@grantd/domain'
import { EventRing } from '@grantd/events'
import type { TestServer } from './server.ts'

/** Ends the server, so that nothing is on its way any more, and gives its events, oldest first. */
export async function eventsOf(server: TestServer): Promise<readonly EventEnvelope[]> {
  const ring = server.assembly.eventing.sinks.find((sink) => sink instanceof EventRing)
  await server[Symbol.asyncDispose]()
  if (ring === undefined) throw new Error('the server has no events in memory')
  return ring.recent().toReversed()
}

export function typesOf(events: readonly EventEnvelope[]): string[] {
  return events.map(({ event }) => event.event_type)
}
