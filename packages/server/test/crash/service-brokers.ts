// Owns: Kafka and RabbitMQ as brokers of the relay's proof: those of scripts/services.sh.
// Does not own: the brokers that the test starts itself (brokers.ts). Start here: `Broker` there.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { EventEnvelope } from '@grantd/domain'
import {
  Admin,
  Consumer,
  ListOffsetTimestamps,
  MessagesStreamModes,
  stringDeserializers,
} from '@platformatic/kafka'
import { type ChannelModel, connect } from 'amqplib'
import type { Broker, Mark } from './brokers.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const PARTITIONS = 3
/** Messages that are acknowledged together. */
const PAGE = 1_000
let made = 0

function unique(): string {
  return `grantd_relay_${process.pid}_${made++}`
}

/** Ends the service and starts it again with its data. */
async function restart(name: string): Promise<void> {
  for (const command of ['down', 'up']) {
    await promisify(execFile)('bash', ['scripts/services.sh', command, name], { cwd: ROOT })
  }
}

/** Repeats what fails while the broker is away. */
async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 100) throw error
      await delay(200)
    }
  }
}

function markOf(payload: string): Mark {
  const { event } = JSON.parse(payload) as EventEnvelope // written by the sink under test
  return { k: event.metadata.k ?? '', n: event.metadata.n ?? '' }
}

/** A durable queue that gets all of an exchange of its own. */
export class RabbitBroker implements Broker {
  readonly #port = Number(process.env.GRANTD_TEST_RABBITMQ_PORT ?? 64332)
  readonly #exchange = unique()
  readonly #taken: Mark[] = []

  static async start(): Promise<RabbitBroker> {
    const broker = new RabbitBroker()
    await broker.#within(async (connection) => {
      const channel = await connection.createChannel()
      await channel.assertExchange(broker.#exchange, 'topic', { durable: true })
      // On disk: the memory of a broker that is to hold all of them would be full.
      const queue = { durable: true, arguments: { 'x-queue-mode': 'lazy' } }
      await channel.assertQueue(broker.#queue, queue)
      await channel.bindQueue(broker.#queue, broker.#exchange, '#')
    })
    return broker
  }

  get target(): string {
    return `rabbit:${this.#port}:${this.#exchange}`
  }

  async has(count: number): Promise<void> {
    while (this.#taken.length + (await this.#waiting()) < count) await delay(100)
  }

  restart(): Promise<void> {
    return restart('rabbitmq')
  }

  async taken(): Promise<readonly Mark[]> {
    const count = await this.#waiting()
    if (count === 0) return this.#taken
    const all = this.#taken.length + count
    await this.#within(async (connection) => {
      const channel = await connection.createChannel()
      await channel.prefetch(2 * PAGE)
      const read = Promise.withResolvers<void>()
      let marks: Mark[] = []
      await channel.consume(this.#queue, (message) => {
        if (message === null || this.#taken.length === all) return // it stays in the queue
        marks.push(markOf(String(message.content)))
        if (marks.length < PAGE && this.#taken.length + marks.length < all) return
        channel.ack(message, true)
        this.#taken.push(...marks)
        marks = []
        if (this.#taken.length === all) read.resolve()
      })
      connection.once('error', read.reject)
      await read.promise
      await channel.close() // the last acknowledgement has arrived
    })
    return this.#taken
  }

  stop(): Promise<void> {
    return this.#within(async (connection) => {
      const channel = await connection.createChannel()
      await channel.deleteQueue(this.#queue)
      await channel.deleteExchange(this.#exchange)
    })
  }

  get #queue(): string {
    return `${this.#exchange}_queue`
  }

  #waiting(): Promise<number> {
    return this.#within(async (connection) => {
      const channel = await connection.createChannel()
      return (await channel.checkQueue(this.#queue)).messageCount
    })
  }

  #within<Value>(work: (connection: ChannelModel) => Promise<Value>): Promise<Value> {
    return patiently(async () => {
      const connection = await connect(`amqp://127.0.0.1:${this.#port}`)
      connection.on('error', () => undefined)
      try {
        return await work(connection)
      } finally {
        await connection.close().catch(() => undefined)
      }
    })
  }
}

/** A topic of several partitions: the events of a key are in one of them. */
export class KafkaBroker implements Broker {
  readonly #port = Number(process.env.GRANTD_TEST_KAFKA_PORT ?? 64333)
  readonly #topic = unique()

  static async start(): Promise<KafkaBroker> {
    const broker = new KafkaBroker()
    const topics = [broker.#topic]
    await broker.#within((admin) => admin.createTopics({ topics, partitions: PARTITIONS }))
    return broker
  }

  get target(): string {
    return `kafka:${this.#port}:${this.#topic}`
  }

  async has(count: number): Promise<void> {
    while ((await this.#length()) < count) await delay(100)
  }

  restart(): Promise<void> {
    return restart('kafka')
  }

  async taken(): Promise<readonly Mark[]> {
    const count = await this.#length()
    const consumer = new Consumer({
      clientId: 'relay-test',
      groupId: unique(),
      bootstrapBrokers: [`127.0.0.1:${this.#port}`],
      deserializers: stringDeserializers,
    })
    try {
      const mode = MessagesStreamModes.EARLIEST
      const stream = await consumer.consume({ topics: [this.#topic], mode })
      const marks: Mark[] = []
      for await (const { value } of stream) {
        marks.push(markOf(value))
        if (marks.length === count) break
      }
      return marks
    } finally {
      await consumer.close(true)
    }
  }

  async stop(): Promise<void> {
    await this.#within((admin) => admin.deleteTopics({ topics: [this.#topic] }))
  }

  #length(): Promise<number> {
    return this.#within(async (admin) => {
      const partitions = Array.from({ length: PARTITIONS }, (_, partitionIndex) => ({
        partitionIndex,
        timestamp: ListOffsetTimestamps.LATEST,
      }))
      const topics = await admin.listOffsets({ topics: [{ name: this.#topic, partitions }] })
      const ends = topics.flatMap((topic) => topic.partitions.map(({ offset }) => Number(offset)))
      return ends.reduce((sum, end) => sum + end, 0)
    })
  }

  #within<Value>(work: (admin: Admin) => Promise<Value>): Promise<Value> {
    return patiently(async () => {
      const admin = new Admin({
        clientId: 'relay-test',
        bootstrapBrokers: [`127.0.0.1:${this.#port}`],
        retries: 0,
      })
      try {
        return await work(admin)
      } finally {
        await admin.close().catch(() => undefined)
      }
    })
  }
}
