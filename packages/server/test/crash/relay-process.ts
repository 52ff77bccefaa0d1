// A process that delivers the outbox of a SQLite file to one sink until it is killed.
// argv: database URL, and where to: `Broker.target` of brokers.ts.
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import {
  type EventEnvelope,
  type EventSink,
  type PublishOutcome,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import { backendNamed, createEncoder, openSinks, Relay } from '@grantd/events'
import { openStorage } from '@grantd/storage'
import { loadSettings } from '../../src/config/load.ts'

const log = { info() {}, warn() {}, error() {} }

/** Sends a batch as a line and waits for the line that says it was taken. */
class TcpSink implements EventSink {
  readonly name = 'tcp'
  readonly isDurable = true
  readonly #port: number
  #link: { readonly socket: Socket; readonly lines: AsyncIterator<string> } | undefined

  constructor(port: number) {
    this.#port = port
  }

  async publish(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]> {
    try {
      const link = await this.#connected()
      link.socket.write(`${JSON.stringify(events.map(({ event }) => event.metadata))}\n`)
      const answer = await link.lines.next()
      if (answer.done === true) throw new Error('the broker hung up')
      return events.map(() => 'published')
    } catch (error) {
      this.#link?.socket.destroy()
      this.#link = undefined
      return events.map(() => ({ retry: String(error) }))
    }
  }

  async health() {
    return { healthy: false } // only an acknowledgement counts
  }

  async close() {
    this.#link?.socket.destroy()
  }

  async #connected() {
    if (this.#link !== undefined) return this.#link
    const socket = createConnection(this.#port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => socket.destroy())
    this.#link = { socket, lines: createInterface(socket)[Symbol.asyncIterator]() }
    return this.#link
  }
}

function envOf(kind: string, port: string, place: string): Readonly<Record<string, string>> {
  const host = `127.0.0.1:${port}`
  switch (kind) {
    case 'kafka':
      return { OAUTH2_EVENTS_KAFKA_BROKERS: host, OAUTH2_EVENTS_KAFKA_TOPIC: place }
    case 'rabbit':
      return { OAUTH2_EVENTS_RABBIT_URL: `amqp://${host}`, OAUTH2_EVENTS_RABBIT_EXCHANGE: place }
    default:
      return { OAUTH2_EVENTS_REDIS_URL: `redis://${host}` }
  }
}

async function sinkOf(kind: string, port: string, place: string): Promise<EventSink> {
  if (kind === 'tcp') return new TcpSink(Number(port))
  const backend = backendNamed(kind, [])
  const env = envOf(kind, port, place)
  const { settings } = loadSettings({ mode: 'dev', env, cwd: import.meta.dirname })
  const [sink] = await openSinks(backend === undefined ? [] : [backend], {
    settings: settings.events,
    log,
    http: { post: () => Promise.reject(new Error('no webhook here')) },
    encode: createEncoder('envelope', 'http://localhost'),
    nowMs: () => systemClock.nowMs(),
  })
  if (sink === undefined) throw new Error('no sink')
  return sink
}

const [url = '', target = ''] = process.argv.slice(2)
const [kind = '', port = '', place = ''] = target.split(':')
const storage = await openStorage(url)
const relay = new Relay({
  storage,
  sinks: [await sinkOf(kind, port, place)],
  clock: systemClock,
  log,
  owner: systemRandom.base64url(12),
  // A killed process cannot give its lease back; seconds instead of the usual quarter of a minute.
  settings: { leaseSeconds: 1 },
})
await relay.start()
process.stdout.write('ready\n')
