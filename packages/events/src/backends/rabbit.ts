import { type EventEnvelope, eventKey, idempotencyKey, type PublishOutcome } from '@grantd/domain'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import type { EventBackend } from './backend.ts'
import { brokerSink } from './broker-sink.ts'

const TIMEOUT_MS = 5_000
const UNROUTABLE = 'no queue is bound to the exchange for its routing key'

interface Connected {
  readonly connection: ChannelModel
  readonly channel: ConfirmChannel
  /** Ids of messages that came back because no queue wanted them. */
  readonly returned: Set<string>
}

/**
 * A durable topic exchange on a confirm channel: persistent, and mandatory, because an event that no
 * queue wants would be confirmed and gone. Such an event is refused for good; bind a queue, or give
 * the exchange an alternate one.
 */
export const rabbit: EventBackend = {
  name: 'rabbit',
  aliases: ['rabbitmq'],
  open({ settings, encode }) {
    const { url, exchange, routing_key: pattern } = settings.rabbit

    function publishOne(
      { channel, returned }: Connected,
      event: EventEnvelope,
    ): Promise<PublishOutcome> {
      const { id, event_type: type, timestamp } = event.event
      const { contentType, body } = encode(event)
      const options = {
        persistent: true,
        mandatory: true,
        contentType,
        type,
        messageId: id,
        correlationId: event.correlation_id,
        appId: event.producer,
        timestamp: Math.floor(Date.parse(timestamp) / 1_000),
        headers: { idempotency_key: idempotencyKey(event), event_key: eventKey(event) },
      }
      return new Promise((resolve) => {
        const content = Buffer.from(body)
        channel.publish(
          exchange,
          pattern.replaceAll('*', type),
          content,
          options,
          (nack: unknown) => {
            if (nack !== null && nack !== undefined) resolve({ retry: 'the broker refused it' })
            else resolve(returned.delete(id) ? { rejected: UNROUTABLE } : 'published')
          },
        )
      })
    }

    return [
      brokerSink<Connected>({
        name: 'rabbit',
        timeoutMs: TIMEOUT_MS,
        async open(lost) {
          const { connect } = await import('amqplib')
          const connection = await connect(url, {
            timeout: TIMEOUT_MS,
            clientProperties: { connection_name: 'grantd events' },
          })
          connection.on('error', lost)
          connection.on('close', lost)
          const channel = await connection.createConfirmChannel()
          channel.on('error', lost)
          channel.on('close', lost)
          await channel.assertExchange(exchange, 'topic', { durable: true })
          const returned = new Set<string>()
          // The broker sends a message back before it confirms it.
          channel.on('return', ({ properties }) => returned.add(String(properties.messageId)))
          return { connection, channel, returned }
        },
        end: ({ connection }) => connection.close(),
        check: ({ channel }) => channel.checkExchange(exchange),
        async send(connected, events) {
          const sent = events.map((event) => publishOne(connected, event))
          return Promise.all(sent)
        },
      }),
    ]
  },
}
