import { type EventEnvelope, eventKey, idempotencyKey, type PublishOutcome } from '@grantd/domain'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import type { EventBackend } from './backend.ts'
import { brokerSink } from './broker-sink.ts'
import { allRetry } from './outcomes.ts'

const TIMEOUT_MS = 5_000
const UNROUTABLE = 'no queue is bound to the exchange for its routing key'
const BLOCKED = 'the broker is short of memory or disk and takes nothing'

interface Connected {
  readonly connection: ChannelModel
  readonly channel: ConfirmChannel
  /** Ids of messages that came back because no queue wanted them. */
  readonly returned: Set<string>
  readonly blocking: Blocking
}

/**
 * A broker that is short of memory or disk says so and reads nothing more. What was sent by then it
 * takes when there is room again: sent once more, also on another connection, it would be there twice.
 */
class Blocking {
  isOn = false
  #began = Promise.withResolvers<void>()

  begin(): void {
    this.isOn = true
    this.#began.resolve()
  }

  end(): void {
    this.isOn = false
    this.#began = Promise.withResolvers()
  }

  /** Resolves when it begins; never while it does not. */
  get began(): Promise<void> {
    return this.#began.promise
  }
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
          const blocking = new Blocking()
          connection.on('blocked', () => blocking.begin())
          connection.on('unblocked', () => blocking.end())
          return { connection, channel, returned, blocking }
        },
        end: ({ connection }) => connection.close(),
        async check({ channel, blocking }) {
          if (blocking.isOn) throw new Error(BLOCKED)
          await channel.checkExchange(exchange)
        },
        async send(connected, events) {
          const { blocking } = connected
          if (blocking.isOn) return allRetry(events, BLOCKED)
          const outcomes: PublishOutcome[] = allRetry(events, BLOCKED)
          const confirmed = events.map(async (event, index) => {
            outcomes[index] = await publishOne(connected, event)
          })
          await Promise.race([Promise.all(confirmed), blocking.began])
          return [...outcomes]
        },
      }),
    ]
  },
}
