import type { Refusal, Shaped } from './shapes.ts'

/** Checks of the section `events`; listed in shapes.ts. */
export const EVENT_SHAPES = {
  amqp_url: (text) =>
    url(text, ['amqp:', 'amqps:'], 'AMQP', 'amqp://user:password@rabbit.example.com:5672/%2f'),
  webhook_url: (text) =>
    url(text, ['https:', 'http:'], 'http or https', 'https://hooks.example.com/grantd'),
  host_port: (text) => {
    if (/^(\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$/i.test(text)) return { value: text }
    return refuse('is not host:port', 'brokers are named so', 'use an entry such as kafka:9092')
  },
  event_backend: (text) => {
    const name = text.toLowerCase()
    if (/^[a-z][a-z0-9_-]{0,39}$/.test(name)) return { value: name }
    const fix = 'use in_memory, console, both, redis, kafka, rabbit, webhook or a plugin’s name'
    return refuse('is not the name of a backend', 'backends are chosen by name', fix)
  },
  webhook_secret: (text) => {
    const bytes = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)
      ? Buffer.from(text.slice('whsec_'.length), 'base64').length
      : 0
    if (bytes >= 24 && bytes <= 64) return { value: text }
    const why = 'it must be whsec_ followed by 24 to 64 bytes as base64'
    return refuse(
      'is not a webhook secret',
      why,
      'make one with: echo "whsec_$(openssl rand -base64 32)"',
    )
  },
  bearer_token: (text) => {
    if (/^[A-Za-z0-9\-._~+/]{16,512}=*$/.test(text)) return { value: text }
    const why = 'it needs 16 characters or more of those that a header may carry (RFC 6750 §2.1)'
    return refuse('is not a bearer token', why, 'make one with: openssl rand -hex 32')
  },
} satisfies Record<string, (text: string) => Shaped>

function url(text: string, protocols: readonly string[], kind: string, example: string): Shaped {
  const parsed = URL.parse(text)
  if (parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '') {
    return { value: text }
  }
  return refuse(
    `is not a ${kind} URL`,
    'events are sent to the server it names',
    `use a URL such as ${example}`,
  )
}

function refuse(what: string, why: string, fix: string): { readonly refusal: Refusal } {
  return { refusal: { code: 'E_CONFIG_VALUE', what, why, fix } }
}
