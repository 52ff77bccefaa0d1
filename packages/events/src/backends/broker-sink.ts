import type { EventEnvelope, EventSink, PublishOutcome } from '@grantd/domain'
import { Link, type LinkParts } from './link.ts'
import { allRetry, keepOrder, reasonOf, within } from './outcomes.ts'

export interface BrokerParts<Connection extends object> extends LinkParts<Connection> {
  readonly name: string
  /** May reject: then nothing is known of any of them, and the connection is given up. */
  send(connection: Connection, events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]>
  /** Rejects when the broker does not answer. */
  check(connection: Connection): Promise<unknown>
}

const HEALTH_MS = 900

/**
 * A sink on one connection. Calls take turns, so that their events cannot overtake each other. What a
 * broker left unanswered is offered again on a new connection: consumers may see an event twice.
 */
export function brokerSink<Connection extends object>(parts: BrokerParts<Connection>): EventSink {
  const link = new Link(parts)
  let last: Promise<unknown> = Promise.resolve()

  async function publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]> {
    let connection: Connection
    try {
      connection = await link.get()
    } catch (error) {
      return allRetry(events, reasonOf(error))
    }
    try {
      const sent = parts.send(connection, events)
      return keepOrder(events, await within(sent, parts.timeoutMs, parts.name))
    } catch (error) {
      link.drop()
      return allRetry(events, reasonOf(error))
    }
  }

  return {
    name: parts.name,
    isDurable: true,
    publish(events) {
      const turn = last.then(() => publish(events))
      last = turn
      return turn
    },
    async health() {
      try {
        const checked = link.get().then((connection) => parts.check(connection))
        await within(checked, HEALTH_MS, parts.name)
        return { healthy: true }
      } catch (error) {
        return { healthy: false, detail: reasonOf(error) }
      }
    },
    close: () => link.close(),
  }
}
