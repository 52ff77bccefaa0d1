import type { EventEnvelope, EventSink } from '@grantd/domain'
import type { EventLog } from '../log.ts'

/** What the section `events` of the settings says of the backends. */
export interface BackendSettings {
  readonly memory_size: number
  readonly redis: Limited & {
    readonly url: string
    readonly stream: string
    /** 0: never trimmed. */
    readonly maxlen: number
  }
  readonly kafka: Limited & {
    readonly brokers: readonly string[]
    readonly topic: string
    readonly client_id?: string | undefined
  }
  readonly rabbit: Limited & {
    readonly url: string
    readonly exchange: string
    readonly routing_key: string
  }
  readonly webhook: Limited & {
    readonly urls: readonly string[]
    readonly secret?: string | undefined
    readonly previous_secret?: string | undefined
  }
}

interface Limited {
  /** 0: no limit. */
  readonly max_per_sec: number
}

/** An event as bytes to send. */
export interface Payload {
  readonly contentType: string
  readonly body: string
}

/** HTTP to URLs that an operator named. Rejects when there was no answer. */
export interface WebhookHttp {
  post(
    url: string,
    request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ): Promise<{ readonly status: number }>
}

/** What a backend may use. */
export interface BackendParts {
  readonly settings: BackendSettings
  readonly log: EventLog
  readonly http: WebhookHttp
  readonly encode: (event: EventEnvelope) => Payload
  readonly nowMs: () => number
}

/** One backend: a file here and a line in registry.ts. */
export interface EventBackend {
  readonly name: string
  readonly aliases?: readonly string[]
  /** Makes the sinks without waiting for their servers; whether these answer is asked with `health`. */
  open(parts: BackendParts): readonly EventSink[] | Promise<readonly EventSink[]>
}
