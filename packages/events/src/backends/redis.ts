import { eventKey, idempotencyKey } from '@grantd/domain'
import type { EventBackend } from './backend.ts'
import { brokerSink } from './broker-sink.ts'

const TIMEOUT_MS = 5_000

/**
 * Redis Streams. The events of a call go as one transaction, so that all of them are added, in order,
 * or none. What Redis acknowledges is in memory; whether it is on disk is its `appendfsync`.
 */
export const redis: EventBackend = {
  name: 'redis',
  aliases: ['redis_streams'],
  open({ settings, encode }) {
    const { url, stream, maxlen } = settings.redis
    const trim =
      maxlen > 0
        ? { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: maxlen } as const }
        : {}
    return [
      brokerSink({
        name: 'redis',
        timeoutMs: TIMEOUT_MS,
        async open(lost) {
          const { createClient } = await import('redis') // 15 MB that most servers never need
          const client = createClient({
            url,
            disableOfflineQueue: true,
            socket: { reconnectStrategy: false, connectTimeout: TIMEOUT_MS },
          })
          client.on('error', lost)
          client.on('end', lost)
          await client.connect()
          return client
        },
        end: async (client) => client.destroy(),
        check: (client) => client.ping(),
        async send(client, events) {
          const unit = client.multi()
          for (const event of events) {
            const { id, event_type } = event.event
            const fields = {
              idempotency_key: idempotencyKey(event),
              event_type,
              event_id: id,
              event_key: eventKey(event),
              correlation_id: event.correlation_id,
              producer: event.producer,
              payload: encode(event).body,
            }
            unit.xAdd(stream, '*', fields, trim)
          }
          await unit.exec()
          return events.map(() => 'published')
        },
      }),
    ]
  },
}
