// The section `events`.
import { Type } from '@grantd/oauth/schema'
import { choice, flag, integer, list, optionalText, seconds, text } from './setting.ts'
import { outbox } from './settings-outbox.ts'
import { stream } from './settings-stream.ts'

/** Events a second that one backend gets at most; each backend has its own. */
function maxPerSecond(env: string) {
  return integer({
    env: [env],
    default: 0,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Most events a second to this backend; the others wait. 0 = no limit.',
  })
}

const redis = Type.Object({
  url: text({
    env: ['OAUTH2_EVENTS_REDIS_URL'],
    default: 'redis://127.0.0.1:6379',
    shape: 'redis_url',
    description: 'Redis server of the backend `redis`: `redis://` or `rediss://` (TLS).',
  }),
  stream: text({
    env: ['OAUTH2_EVENTS_REDIS_STREAM'],
    default: 'oauth2_events',
    description: 'Key of the stream that events are added to.',
  }),
  maxlen: integer({
    env: ['OAUTH2_EVENTS_REDIS_MAXLEN'],
    default: 0,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Length to which Redis trims the stream, roughly (`MAXLEN ~`); 0 = never.',
  }),
  max_per_sec: maxPerSecond('OAUTH2_EVENTS_REDIS_MAX_PER_SEC'),
})

const kafka = Type.Object({
  brokers: list({
    env: ['OAUTH2_EVENTS_KAFKA_BROKERS'],
    default: ['127.0.0.1:9092'],
    shape: 'host_port',
    description:
      'Some brokers of the Kafka cluster, `host:port`; the others are found through them.',
  }),
  topic: text({
    env: ['OAUTH2_EVENTS_KAFKA_TOPIC'],
    default: 'oauth2_events',
    description: 'Topic that events are produced to.',
  }),
  client_id: optionalText({
    env: ['OAUTH2_EVENTS_KAFKA_CLIENT_ID'],
    description: 'Name that the brokers see; unset = `oauth2_server`.',
  }),
  max_per_sec: maxPerSecond('OAUTH2_EVENTS_KAFKA_MAX_PER_SEC'),
})

const rabbit = Type.Object({
  url: text({
    env: ['OAUTH2_EVENTS_RABBIT_URL'],
    default: 'amqp://127.0.0.1:5672/%2f',
    shape: 'amqp_url',
    description: 'RabbitMQ server of the backend `rabbit`: `amqp://` or `amqps://` (TLS).',
  }),
  exchange: text({
    env: ['OAUTH2_EVENTS_RABBIT_EXCHANGE'],
    default: 'oauth2.events',
    description: 'Durable topic exchange that events are published to; made when it is missing.',
  }),
  routing_key: text({
    env: ['OAUTH2_EVENTS_RABBIT_ROUTING_KEY'],
    default: 'oauth2.event',
    description: 'Routing key of every event; a `*` in it stands for the event type (`auth.*`).',
  }),
  max_per_sec: maxPerSecond('OAUTH2_EVENTS_RABBIT_MAX_PER_SEC'),
})

const webhook = Type.Object({
  urls: list({
    env: ['OAUTH2_EVENTS_WEBHOOK_URLS'],
    shape: 'webhook_url',
    description:
      'URLs that events are posted to, each on its own, signed as Standard Webhooks says.',
  }),
  secret: optionalText({
    env: ['OAUTH2_EVENTS_WEBHOOK_SECRET'],
    secret: true,
    shape: 'webhook_secret',
    description: 'Secret of the signature: `whsec_` and 24 to 64 bytes as base64.',
  }),
  previous_secret: optionalText({
    env: ['OAUTH2_EVENTS_WEBHOOK_PREVIOUS_SECRET'],
    secret: true,
    shape: 'webhook_secret',
    description: 'The secret before, while it is rotated: both sign until this one is removed.',
  }),
  timeout_secs: seconds({
    env: ['OAUTH2_EVENTS_WEBHOOK_TIMEOUT_SECS'],
    default: 5,
    maximum: 30,
    description: 'How long a receiver may take to answer.',
  }),
  max_per_sec: maxPerSecond('OAUTH2_EVENTS_WEBHOOK_MAX_PER_SEC'),
})

export const events = Type.Object({
  enabled: flag({
    env: ['OAUTH2_EVENTS_ENABLED'],
    default: true,
    description: 'Whether events are made at all.',
  }),
  backend: list({
    env: ['OAUTH2_EVENTS_BACKEND'],
    default: ['in_memory'],
    shape: 'event_backend',
    description:
      'Where events go, one or more of `in_memory`, `console`, `both` (these two), `redis`, `kafka`, `rabbit`, `webhook`, or the name of a plugin.',
  }),
  filter_mode: choice(['allow_all', 'include', 'exclude'], {
    env: ['OAUTH2_EVENTS_FILTER_MODE'],
    default: 'allow_all',
    description: 'Whether `events.event_types` lists what goes out, or what stays.',
  }),
  event_types: list({
    env: ['OAUTH2_EVENTS_TYPES'],
    description: 'Event types for `include` and `exclude`.',
  }),
  format: choice(['envelope', 'cloudevents'], {
    env: ['OAUTH2_EVENTS_FORMAT'],
    default: 'envelope',
    description:
      'What brokers and webhooks get: the envelope, or CloudEvents 1.0 as structured JSON.',
  }),
  startup: choice(['fail', 'wait', 'degrade'], {
    env: ['OAUTH2_EVENTS_STARTUP'],
    default: 'fail',
    description:
      'When a backend cannot be reached at start: end, wait for it, or start and say so.',
  }),
  queue_size: integer({
    env: ['OAUTH2_EVENTS_QUEUE_SIZE'],
    default: 10_000,
    minimum: 10,
    maximum: 1_000_000,
    description: 'Events that may wait in memory for one backend; more are dropped and counted.',
  }),
  batch_size: integer({
    env: ['OAUTH2_EVENTS_BATCH_SIZE'],
    default: 500,
    minimum: 1,
    maximum: 10_000,
    description: 'Most events handed to a backend at once.',
  }),
  memory_size: integer({
    env: ['OAUTH2_EVENTS_MEMORY_SIZE'],
    default: 1_000,
    minimum: 1,
    maximum: 100_000,
    description: 'How many of the newest events `in_memory` keeps.',
  }),
  plugins: list({
    env: ['OAUTH2_EVENTS_PLUGINS'],
    description: 'JavaScript modules with backends of your own, as absolute paths.',
  }),
  redis,
  kafka,
  rabbit,
  webhook,
  outbox,
  stream,
  public_ingest: flag({
    env: ['OAUTH2_EVENTS_PUBLIC_INGEST'],
    default: false,
    exact: true,
    description: 'Accept `POST /events/ingest` from everybody, for types of their own.',
  }),
  ingest_bearer_token: optionalText({
    env: ['OAUTH2_EVENTS_INGEST_BEARER_TOKEN'],
    secret: true,
    shape: 'bearer_token',
    description: 'Token that `POST /events/ingest` asks for; 16 characters or more.',
  }),
})
