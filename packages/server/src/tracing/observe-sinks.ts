import type { EventEnvelope, EventSink } from '@grantd/domain'
import { parseTraceparent, type RemoteSpan } from '@grantd/telemetry'
import type { Tracing } from './tracing.ts'

const MAX_LINKS = 32

/**
 * One producer span per call of a backend that outlives this process. It serves events of many traces, so
 * it is a trace of its own with links to theirs, recorded when one of theirs is.
 */
export function observeSink(sink: EventSink, tracing: Tracing): EventSink {
  if (!sink.isDurable) return sink
  const publish = (events: readonly EventEnvelope[]) => {
    const links = linksOf(events)
    const isSampled = links.some((link) => link.isSampled)
    const send = async () => {
      const outcomes = await sink.publish(events)
      if (outcomes.some((outcome) => outcome !== 'published')) {
        tracing.current?.fail('not_published')
      }
      return outcomes
    }
    return tracing.inRoot(
      `publish ${sink.name}`,
      { kind: 'producer', links, isSampled },
      send,
      (span) => {
        span.set('messaging.system', sink.name)
        span.set('messaging.operation.type', 'send')
        span.set('messaging.batch.message_count', events.length)
      },
    )
  }
  // What a sink has beside the port (the deliveries of a webhook) stays reachable.
  return new Proxy(sink, {
    get: (target, name) => {
      if (name === 'publish') return publish
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

function linksOf(events: readonly EventEnvelope[]): readonly RemoteSpan[] {
  const links = new Map<string, RemoteSpan>()
  for (const { traceparent } of events) {
    if (traceparent === null || links.has(traceparent)) continue
    const span = parseTraceparent(traceparent)
    if (span !== undefined && links.set(traceparent, span).size === MAX_LINKS) break
  }
  return [...links.values()]
}
