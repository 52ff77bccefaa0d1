// Owns: the brokers that the tests of services run against: where they are, how they are restarted and
// frozen, what arrived at them. Does not own: the sinks (src/backends/). Start here: `BROKERS`.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { EventEnvelope, EventSink } from '@grantd/domain'
import { freeze, thaw } from '@grantd/testkit'
import { freePort } from '@grantd/testkit/ports'
import { Consumer, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka'
import { connect as connectAmqp } from 'amqplib'
import { createClient } from 'redis'
import { openSink } from './sinks.ts'

/** A broker of a test, with one place for events that nobody else uses. */
export interface Broker extends AsyncDisposable {
  readonly sink: EventSink
  /** Ends the broker (Redis with a kill), and starts it again with its data. */
  restart(): Promise<void>
  /** Stops it in its tracks: connections stay, nothing is answered. */
  freeze(): Promise<void>
  thaw(): void
  /** What is there, in the order of the broker, until `count` different events were seen. */
  read(count: number): Promise<readonly EventEnvelope[]>
}

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const PATIENCE_MS = 30_000
let made = 0

function unique(): string {
  return `grantd_test_${process.pid}_${made++}`
}

async function untilOpen(port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(50)
    } finally {
      socket.destroy()
    }
  }
}

/** Collects payloads until as many different events as wanted were seen. */
class Arrivals {
  readonly #wanted: number
  readonly #events: EventEnvelope[] = []
  readonly #ids = new Set<string>()
  readonly #done = Promise.withResolvers<readonly EventEnvelope[]>()

  constructor(wanted: number) {
    this.#wanted = wanted
  }

  add(payload: string): void {
    const envelope = JSON.parse(payload) as EventEnvelope // written by the sink under test
    this.#events.push(envelope)
    this.#ids.add(envelope.event.id)
    if (this.#ids.size === this.#wanted) this.#done.resolve(this.#events)
  }

  async all(): Promise<readonly EventEnvelope[]> {
    const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() => {
      throw new Error(`${this.#ids.size} of ${this.#wanted} events arrived`)
    })
    return Promise.race([this.#done.promise, late])
  }
}

/** A Redis of the test's own, which writes what it acknowledges to disk. */
async function redisBroker(): Promise<Broker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'grantd-redis-'))
  const port = await freePort()
  const stream = unique()
  let child: ChildProcess

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    child = spawn('redis-server', [...args, ...durable], { stdio: 'ignore' })
    await untilOpen(port)
  }

  async function kill(): Promise<void> {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  await start()
  const url = `redis://127.0.0.1:${port}`
  const sink = await openSink('redis', { redis: { url, stream } })
  return {
    sink,
    async restart() {
      await kill()
      await start()
    },
    freeze: () => freeze(Number(child.pid)),
    thaw: () => thaw(Number(child.pid)),
    async read(count) {
      const client = createClient({ url })
      await client.connect()
      const arrivals = new Arrivals(count)
      for (const entry of (await client.xRange(stream, '-', '+')) ?? []) {
        arrivals.add(String(entry?.message.payload))
      }
      client.destroy()
      return arrivals.all()
    },
    async [Symbol.asyncDispose]() {
      await sink.close()
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `bash scripts/services.sh down|up NAME`. */
async function restartService(name: string): Promise<void> {
  for (const command of ['down', 'up']) {
    await promisify(execFile)('bash', ['scripts/services.sh', command, name], { cwd: ROOT })
  }
}

function pidOf(service: string): number {
  return Number(readFileSync(path.join(ROOT, '.services', service, 'pid'), 'utf8'))
}

/** How much memory RabbitMQ may use before it takes nothing more; it may use a gigabyte as it is set up. */
export async function limitRabbitMemory(limit: '1MB' | '1GB'): Promise<void> {
  const folder = path.join(ROOT, '.services', 'rabbitmq')
  const command = `SERVICE_DATA='${folder}' && source scripts/services/rabbitmq.sh && \
    rabbitmq_env "$(dirname "$(rabbitmq_program)")/rabbitmqctl" set_vm_memory_high_watermark absolute ${limit}`
  await promisify(execFile)('bash', ['-c', command], { cwd: ROOT })
}

async function rabbitBroker(): Promise<Broker> {
  const url = `amqp://127.0.0.1:${process.env.GRANTD_TEST_RABBITMQ_PORT ?? 64332}`
  const exchange = unique()
  const queue = `${exchange}_queue`
  const setUp = await connectAmqp(url)
  const channel = await setUp.createChannel()
  await channel.assertExchange(exchange, 'topic', { durable: true })
  await channel.assertQueue(queue, { durable: true })
  await channel.bindQueue(queue, exchange, 'auth.*')
  await setUp.close()
  const sink = await openSink('rabbit', { rabbit: { url, exchange, routing_key: 'auth.*' } })
  return {
    sink,
    restart: () => restartService('rabbitmq'),
    freeze: () => freeze(pidOf('rabbitmq')),
    thaw: () => thaw(pidOf('rabbitmq')),
    async read(count) {
      const connection = await connectAmqp(url)
      const reading = await connection.createChannel()
      const arrivals = new Arrivals(count)
      await reading.consume(queue, (message) => arrivals.add(String(message?.content)), {
        noAck: true,
      })
      const all = await arrivals.all()
      await connection.close()
      return all
    },
    async [Symbol.asyncDispose]() {
      await sink.close()
      const connection = await connectAmqp(url)
      const tidy = await connection.createChannel()
      await tidy.deleteQueue(queue)
      await tidy.deleteExchange(exchange)
      await connection.close()
    },
  }
}

async function kafkaBroker(): Promise<Broker> {
  const brokers = [`127.0.0.1:${process.env.GRANTD_TEST_KAFKA_PORT ?? 64333}`]
  const topic = unique()
  const sink = await openSink('kafka', { kafka: { brokers, topic } })
  return {
    sink,
    restart: () => restartService('kafka'),
    freeze: () => freeze(pidOf('kafka')),
    thaw: () => thaw(pidOf('kafka')),
    async read(count) {
      const consumer = new Consumer({
        clientId: 'test',
        groupId: topic,
        bootstrapBrokers: brokers,
        deserializers: stringDeserializers,
      })
      const mode = MessagesStreamModes.EARLIEST
      const stream = await consumer.consume({ topics: [topic], mode })
      const arrivals = new Arrivals(count)
      stream.on('data', ({ key, value }) => {
        const { event } = JSON.parse(value) as EventEnvelope // written by the sink under test
        if (key !== event.client_id) throw new Error('the key of a record is the event key')
        arrivals.add(value)
      })
      try {
        return await arrivals.all()
      } finally {
        await consumer.close(true)
      }
    },
    [Symbol.asyncDispose]: () => sink.close(),
  }
}

export const BROKERS: Readonly<Record<'redis' | 'rabbit' | 'kafka', () => Promise<Broker>>> = {
  redis: redisBroker,
  rabbit: rabbitBroker,
  kafka: kafkaBroker,
}
