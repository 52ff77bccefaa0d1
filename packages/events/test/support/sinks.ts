import type { EventSink } from '@grantd/domain'
import { type BackendSettings, backendNamed, createEncoder, openSinks } from '@grantd/events'
import { silent } from './events.ts'

type Changes = { readonly [Section in keyof BackendSettings]?: Partial<BackendSettings[Section]> }

const DEFAULTS: BackendSettings = {
  memory_size: 10,
  redis: { url: 'redis://127.0.0.1:6379', stream: 'oauth2_events', maxlen: 0, max_per_sec: 0 },
  kafka: { brokers: ['127.0.0.1:9092'], topic: 'oauth2_events', max_per_sec: 0 },
  rabbit: {
    url: 'amqp://127.0.0.1:5672/%2f',
    exchange: 'oauth2.events',
    routing_key: 'oauth2.event',
    max_per_sec: 0,
  },
  webhook: { urls: [], max_per_sec: 0 },
}

/** The first sink of a backend, with some of its settings changed; there is no webhook receiver. */
export async function openSink(name: string, changes: Changes): Promise<EventSink> {
  const backend = backendNamed(name)
  if (backend === undefined) throw new Error(`there is no backend ${name}`)
  const settings = {
    ...DEFAULTS,
    redis: { ...DEFAULTS.redis, ...changes.redis },
    kafka: { ...DEFAULTS.kafka, ...changes.kafka },
    rabbit: { ...DEFAULTS.rabbit, ...changes.rabbit },
  }
  const [sink] = await openSinks([backend], {
    settings,
    log: silent,
    http: { post: () => Promise.reject(new Error('no receiver')) },
    encode: createEncoder('envelope', 'https://id.example'),
    nowMs: Date.now,
  })
  if (sink === undefined) throw new Error(`${name} made no sink`)
  return sink
}
