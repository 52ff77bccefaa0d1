// Owns: the metrics of one process: which there are, and who feeds them. Does not own: who may read
// them (metrics-endpoint.ts), several processes (fleet-metrics.ts). Start here: `ServerMetrics`.
import { readFileSync } from 'node:fs'
import type { ActorSystem } from '@grantd/actors'
import type { SharedCache } from '@grantd/domain'
import type { Eventing, Outbox, Relay } from '@grantd/events'
import type { WaitingGauge } from '@grantd/limits'
import { type Endpoint, GRANTS, type Log, type Services } from '@grantd/oauth'
import type { OpenedStorage } from '@grantd/storage'
import {
  addEventLoopDelay,
  type Described,
  type FamilySnapshot,
  MetricRegistry,
  RuntimeMetrics,
} from '@grantd/telemetry'
import type { Settings } from '../config/settings.ts'
import type { GuardedHttp } from '../outbound/guarded-http.ts'
import type { RateObserver } from '../rate-limits/rate-limits.ts'
import type { ResilienceView } from '../resilience/resilience.ts'
import { ActMetrics } from './act-metrics.ts'
import { addActorMetrics } from './actor-metrics.ts'
import { addEventQueues, addPublishMetrics, type PublishMetrics } from './event-metrics.ts'
import { addHashingMetrics } from './hashing-metrics.ts'
import { HttpMetrics } from './http-metrics.ts'
import { addRateLimitMetrics, addResilienceMetrics } from './limit-metrics.ts'
import { OutboundMetrics } from './outbound-metrics.ts'
import { RedisMetrics, type RedisUser } from './redis-metrics.ts'
import { StorageMetrics } from './storage-metrics.ts'
import { addStoredMetrics } from './stored-metrics.ts'
import { addClock, certificateGauge } from './time-metrics.ts'

export const PREFIX = 'oauth2_server_'

export interface ServerMetricsOptions {
  readonly databaseUrl: string
  readonly version: string
  readonly grantTypes: readonly string[]
}

/** Made before everything that feeds it; the rest of the server knows only the ports it fills. */
export class ServerMetrics {
  readonly acts: ActMetrics
  readonly #registry = new MetricRegistry(PREFIX)
  /** Call with each certificate that the listener takes. */
  readonly certificate = certificateGauge(this.#registry)
  readonly #runtime = new RuntimeMetrics()
  readonly #storage: StorageMetrics
  readonly #outbound: OutboundMetrics
  #redis: RedisMetrics | undefined
  readonly #links = new Map<RedisUser, { readonly isUp: boolean }>()

  constructor(options: ServerMetricsOptions) {
    const registry = this.#registry
    addAppInfo(registry, options.version)
    this.acts = new ActMetrics(registry, options.grantTypes)
    this.#storage = new StorageMetrics(options.databaseUrl)
    this.#storage.register(registry)
    this.#outbound = new OutboundMetrics(registry)
    addEventLoopDelay(registry)
    addClock(registry)
  }

  /** The same storage, counted. */
  storage(storage: OpenedStorage): OpenedStorage {
    return this.#storage.observed(storage)
  }

  outbound(http: GuardedHttp): GuardedHttp {
    return this.#outbound.observed(http)
  }

  hashing(): WaitingGauge {
    return addHashingMetrics(this.#registry)
  }

  /** For the cache that processes share. */
  cache(state: { readonly isUp: boolean }): (shared: SharedCache) => SharedCache {
    this.redisLink('cache', state)
    return (shared) => this.redis().observed(shared)
  }

  /** Shows whether the Redis that `user` keeps a link to answers. */
  redisLink(user: RedisUser, state: { readonly isUp: boolean }): void {
    if (this.#links.size === 0)
      this.#registry.derived({
        name: 'redis_up',
        help: '1 while a Redis that processes share answers, by what for.',
        labels: ['backend'],
        type: 'gauge',
        merge: 'min',
        read: () =>
          [...this.#links].map(([backend, { isUp }]) => ({
            labels: { backend },
            value: isUp ? 1 : 0,
          })),
      })
    this.#links.set(user, state)
  }

  /** Whoever uses Redis counts it here. */
  redis(): RedisMetrics {
    this.#redis ??= new RedisMetrics(this.#registry)
    return this.#redis
  }

  /** Call where events are on. */
  publishing(): PublishMetrics {
    return addPublishMetrics(this.#registry, () => this.redis())
  }

  /** Call where rates are limited. */
  rateLimits(): RateObserver {
    return addRateLimitMetrics(this.#registry, () => this.redis())
  }

  /** Once all circuits and bulkheads are there. */
  resilience(view: () => ResilienceView): void {
    addResilienceMetrics(this.#registry, view)
  }

  http(endpoints: readonly Endpoint[]): HttpMetrics {
    const http = new HttpMetrics(endpoints)
    http.register(this.#registry)
    return http
  }

  /** Once everything runs. */
  running(parts: {
    readonly services: Services
    readonly actors: ActorSystem
    readonly eventing: Eventing
    readonly outbox: Outbox | undefined
    readonly relay: Relay | undefined
    readonly log: Log
    readonly asks: boolean
  }): void {
    const { services, actors, eventing, outbox, relay, log, asks } = parts
    addActorMetrics(this.#registry, actors)
    if (eventing.isEnabled) addEventQueues(this.#registry, { eventing, outbox })
    addStoredMetrics(this.#registry, {
      services,
      relay: outbox === undefined ? undefined : relay,
      log,
      asks,
    })
  }

  /** All of this process, as they are now. */
  async read(): Promise<readonly FamilySnapshot[]> {
    const [own, runtime] = await Promise.all([this.#registry.read(), this.#runtime.read()])
    return [...own, ...runtime]
  }

  describe(): readonly Described[] {
    return this.#registry.describe()
  }
}

export function createMetrics({ database }: Pick<Settings, 'database'>): ServerMetrics {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return new ServerMetrics({
    databaseUrl: database.url,
    version: String(JSON.parse(manifest).version),
    grantTypes: GRANTS.map(({ type }) => type),
  })
}

/** What runs here; always 1. */
function addAppInfo(registry: MetricRegistry, version: string): void {
  const runtime = `node ${process.version}`
  registry
    .gauge({
      name: 'app_info',
      help: 'What runs here; always 1. `rust_version` has the runtime for boards that ask by that name.',
      labels: ['service', 'version', 'rust_version', 'runtime_version'],
      merge: 'max',
    })
    .set(1, 'oauth2-server', version, runtime, runtime)
  registry
    .gauge({
      name: 'build_info',
      help: 'Version, runtime and platform; always 1.',
      labels: ['version', 'runtime', 'platform'],
      merge: 'max',
    })
    .set(1, version, runtime, `${process.platform}-${process.arch}`)
}
