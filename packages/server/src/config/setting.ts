import { Type } from '@grantd/oauth/schema'

/** Names of the value checks in shapes.ts. */
export type ShapeName =
  | 'host'
  | 'base_url'
  | 'issuer'
  | 'proxy'
  | 'network'
  | 'origin'
  | 'database_url'
  | 'replica_url'
  | 'redis_url'
  | 'encryption_key'
  | 'session_key'
  | 'resource'
  | 'log_level'
  | 'smtp_url'
  | 'email'
  | 'colour'
  | 'font'
  | 'radius'
  | 'label'
  | 'amqp_url'
  | 'webhook_url'
  | 'host_port'
  | 'event_backend'
  | 'webhook_secret'
  | 'bearer_token'
  | 'collector_url'
  | 'pairs'
  | 'ratio'
  | 'sampler'
  | 'propagator'
  | 'bulkhead'
  | 'provider_url'
  | 'callback_url'
  | 'provider_domain'
  | 'tenant'

/** What a bare number counts; such settings also accept durations ("15 minutes"). */
export type Unit = 'seconds' | 'hours' | 'days'

/** What every leaf of the schema carries beside its type. */
export interface Annotations {
  /** Environment variables: the name, then older names that still work. */
  readonly env: readonly [string, ...string[]]
  /** One sentence for the reference and `config explain`. */
  readonly description: string
  /** Never printed, not accepted as a flag, also readable from the file named by `<ENV>_FILE`. */
  readonly secret?: true
  readonly shape?: ShapeName
  readonly unit?: Unit
  /** A boolean that must be written exactly `1`/`true` or `0`/`false`. */
  readonly exact?: true
  /** How the reference describes a default that is computed. */
  readonly defaultText?: string
}

type WithDefault<T> = Annotations & { readonly default: T }
type Range = { readonly minimum: number; readonly maximum: number }

/** A text that always has a value. */
export function text(annotations: WithDefault<string>) {
  return Type.String({ ...annotations })
}

/** A text that may stay unset. */
export function optionalText(annotations: Annotations) {
  return Type.Optional(Type.String({ ...annotations }))
}

/** A whole number within a range. */
export function integer(annotations: WithDefault<number> & Range) {
  return Type.Integer({ ...annotations })
}

/** A yes/no setting. */
export function flag(annotations: WithDefault<boolean>) {
  return Type.Boolean({ ...annotations })
}

/** A list of texts, separated by commas or whitespace outside HOCON. */
export function list(annotations: Annotations & { readonly default?: readonly string[] }) {
  return Type.Array(Type.String(), { default: [], ...annotations })
}

/** One of a few words. */
export function choice<const T extends string>(
  words: readonly T[],
  annotations: WithDefault<NoInfer<T>>,
) {
  return Type.Unsafe<T>(Type.String({ ...annotations, enum: [...words] }))
}

const YEAR_SECS = 31_536_000

/** A lifetime in seconds of at least one second and at most ten years. */
export function seconds(
  annotations: Omit<WithDefault<number>, 'unit'> & { minimum?: number; maximum?: number },
) {
  return integer({ minimum: 1, maximum: 10 * YEAR_SECS, ...annotations, unit: 'seconds' })
}
