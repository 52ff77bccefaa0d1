import { type EventEnvelope, eventKey, idempotencyKey, type PublishOutcome } from '@grantd/domain'
import type { EventBackend, Payload } from './backend.ts'
import { brokerSink } from './broker-sink.ts'

const TIMEOUT_MS = 6_000
const REQUEST_MS = 2_500
/** A broker refuses batches beyond `message.max.bytes`, 1 MiB unless configured. */
const BATCH_BYTES = 512 * 1024
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'])

/**
 * A Kafka topic: idempotent producer, acks=all, the event key as key, so that the events of one key
 * are one partition's and in order. The broker forgets a producer that is replaced after a failure:
 * then an event may be there twice.
 */
export const kafka: EventBackend = {
  name: 'kafka',
  open({ settings, encode }) {
    const { brokers, topic, client_id: clientId = 'oauth2_server' } = settings.kafka
    return [
      brokerSink({
        name: 'kafka',
        timeoutMs: TIMEOUT_MS,
        async open() {
          const { Producer, stringSerializers } = await import('@platformatic/kafka')
          const producer = new Producer({
            clientId,
            bootstrapBrokers: [...brokers],
            serializers: stringSerializers,
            idempotent: true,
            autocreateTopics: true,
            retries: 2,
            retryDelay: 250,
            connectTimeout: REQUEST_MS,
            requestTimeout: REQUEST_MS,
          })
          await producer.metadata({ topics: [topic] })
          return producer
        },
        end: (producer) => producer.close(true),
        check: (producer) => producer.metadata({ topics: [topic], forceUpdate: true }),
        async send(producer, events) {
          const outcomes: PublishOutcome[] = []
          for (const part of partsOf(events, encode)) {
            try {
              await producer.send({
                messages: part.map(({ event, payload }) => ({
                  topic,
                  key: eventKey(event),
                  value: payload.body,
                  headers: {
                    'content-type': payload.contentType,
                    event_id: event.event.id,
                    event_type: event.event.event_type,
                    idempotency_key: idempotencyKey(event),
                    correlation_id: event.correlation_id,
                  },
                })),
              })
              outcomes.push(...part.map(() => 'published' as const))
            } catch (error) {
              if (part.length > 1 || !isTooLarge(error)) throw error
              outcomes.push({ rejected: 'the event is larger than the broker takes' })
            }
          }
          return outcomes
        },
      }),
    ]
  },
}

interface Encoded {
  readonly event: EventEnvelope
  readonly payload: Payload
}

function partsOf(
  events: readonly EventEnvelope[],
  encode: (event: EventEnvelope) => Payload,
): readonly (readonly Encoded[])[] {
  const parts: Encoded[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const event of events) {
    const payload = encode(event)
    size += payload.body.length
    if (size > BATCH_BYTES) {
      parts.push([])
      size = payload.body.length
    }
    parts.at(-1)?.push({ event, payload })
  }
  return parts
}

/** The client wraps what the broker said, more than once. */
function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { apiId } = error as { apiId?: unknown }
  if (typeof apiId === 'string' && TOO_LARGE.has(apiId)) return true
  const inner = error instanceof AggregateError ? error.errors : [error.cause]
  return inner.some((one) => one !== undefined && isTooLarge(one))
}
