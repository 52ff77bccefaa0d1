// Owns: putting the parts together: settings, storage, actors, endpoints, listener, janitor.
// Does not own: what any part does. Start here: `assemble`.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActorSystem } from '@grantd/actors'
import { type Clock, type Mailer, type Random, systemClock, systemRandom } from '@grantd/domain'
import type { Eventing } from '@grantd/events'
import { createServices, type Log, type Services } from '@grantd/oauth'
import type { OpenedStorage } from '@grantd/storage'
import { expose } from '@grantd/telemetry'
import { loadBrand } from './branding/brand.ts'
import { type Chore, startCertificateWatch, startChores } from './chores.ts'
import type { Mode } from './config/mode.ts'
import type { Settings } from './config/settings.ts'
import { prepareDataFolder } from './data-folder.ts'
import { openEventing } from './events/open-eventing.ts'
import { type StartedOutbox, startOutbox } from './events/start-outbox.ts'
import { oneTimeCodes } from './factors/one-time-codes.ts'
import { createPasskeyChecks } from './factors/passkey-checks.ts'
import type { HttpServer } from './http/server.ts'
import { createListener } from './listener.ts'
import { chooseMailer, NO_MAILER } from './mail/choose-mailer.ts'
import { createLetterWriter } from './mail/letters.ts'
import { Dependencies } from './metrics/dependencies.ts'
import { createMetrics, type ServerMetrics } from './metrics/server-metrics.ts'
import { toOAuthSettings } from './oauth-settings.ts'
import { openDatabase } from './open-database.ts'
import {
  createGuardedHttp,
  type GuardedHttp,
  type GuardedHttpOptions,
} from './outbound/guarded-http.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { type OpenedRateLimits, openRateLimits } from './rate-limits/open.ts'
import { Resilience } from './resilience/resilience.ts'
import { encryptionKeyOf, hmacSecretOf, sessionKeyOf } from './secrets.ts'
import { openSocial } from './social/open-social.ts'
import { observeBuckets, observeMailer, observePasswords } from './tracing/observe.ts'
import { observeFlows, observeHttp, propagation } from './tracing/observe-flows.ts'
import { observeSink } from './tracing/observe-sinks.ts'
import { openTracing } from './tracing/open-tracing.ts'
import type { Tracing } from './tracing/tracing.ts'

export interface Assembly {
  readonly services: Services
  readonly storage: OpenedStorage
  readonly eventing: Eventing
  readonly http: HttpServer
  /** The management port, where one is configured; closed with the rest by `stop`. */
  readonly management: HttpServer | undefined
  /** Absent where nothing is counted. */
  readonly metrics: ServerMetrics | undefined
  readonly issuer: string
  /** What is refused, which dependency is gone: for whoever shows it. */
  readonly resilience: Resilience
  /** Readiness off; resolves `delayMs` later. Until `stop` everything is still served. */
  drain(delayMs: number): Promise<void>
  /** Readiness off, drain, finish actors, close the storage; requests get `drainMs` in all. */
  stop(drainMs: number): Promise<void>
}

export interface AssemblyOptions {
  readonly settings: Settings
  readonly mode: Mode
  readonly log: Log
  readonly clock?: Clock
  readonly random?: Random
  /** Instead of what the settings name. */
  readonly mailer?: Mailer
  /** The port that the listener will have, when the settings leave it to the system (0). */
  readonly port?: number
  /**
   * Which of several workers on one port this is, from 1. The first alone does the work of nobody's
   * request; where several do it, as on several machines, each piece is claimed in storage.
   */
  readonly worker?: number
  /** Of a worker among several: what they all count, as text. */
  readonly expose?: () => Promise<string>
  readonly onFatal: (error: unknown) => void
}

/** Opens everything but the listener. Throws `StartError`, `KeyError`, `MigrationError` or `StorageError`. */
export async function assemble(options: AssemblyOptions): Promise<Assembly> {
  const { settings, mode, log } = options
  const clock = options.clock ?? systemClock
  const random = options.random ?? systemRandom
  const isFirst = (options.worker ?? 1) === 1
  // Before anything is opened: its files may be missing, and that is a reason not to start.
  const brand = loadBrand(settings)
  if (mode === 'dev') prepareDataFolder(settings.data.dir)
  const encryptionKey = encryptionKeyOf(settings, mode)
  const addressed = toOAuthSettings(settings, mode, options.port ?? settings.server.port)
  const { issuer, baseUrl } = addressed
  // When a later part cannot start, those before it are closed: a process that refuses has to end.
  await using opened = new AsyncDisposableStack()
  const resilience = new Resilience(settings.resilience, log)
  const metrics = settings.metrics.enabled ? createMetrics(settings) : undefined
  const tracing = await openTracing(settings, log)
  opened.defer(async () => tracing?.stop(0))
  const watched = { resilience, metrics, tracing }
  const database = { settings, mode, issuer, encryptionKey, clock, log, ...watched }
  const { storage, cache } = await openDatabase(database)
  opened.defer(() => storage.close())
  const mailer = options.mailer ?? chooseMailer({ settings, mode, baseUrl, clock, resilience })
  const oauthSettings = { ...addressed, mailIsOn: mailer !== undefined }
  const outbound = outboundOf(options, watched)
  const publishing = settings.events.enabled ? metrics?.publishing() : undefined
  const eventing = await openEventing({
    settings: settings.events,
    hasOutbox: true,
    issuer,
    log,
    clock,
    onPublished: publishing?.onPublished,
    onKept: publishing?.onKept,
    http: outbound({ timeoutMs: settings.events.webhook.timeout_secs * 1_000 }),
    ...(tracing && { observe: (sink) => observeSink(sink, tracing) }),
  })
  opened.defer(() => eventing.stop(0))
  const passwords = await createPasswordHasher({ log, gauge: metrics?.hashing() })
  resilience.watchBulkhead(passwords.room)
  const stored = await startOutbox({
    settings: settings.events,
    eventing,
    storage,
    clock,
    owner: random.base64url(12),
    log,
    delivers: isFirst,
    onPublished: publishing?.onPublished,
  })
  opened.defer(() => stored.stop(0))
  const called = outbound({ circuits: resilience.hostCircuits() })
  const { services, actors } = createServices({
    settings: oauthSettings,
    storage,
    clientSnapshots: storage.clientSnapshots,
    events: stored.bus,
    outbox: stored.outbox,
    acts: metrics?.acts,
    passwords: tracing ? observePasswords(passwords, tracing) : passwords,
    oneTimeCodes,
    passkeyChecks: createPasskeyChecks(baseUrl, settings.branding.name),
    letters: createLetterWriter(brand.texts),
    mailer: tracing && mailer ? observeMailer(mailer, tracing) : (mailer ?? NO_MAILER),
    clock,
    random,
    log,
    outbound: called,
    upstream: await openSocial(settings, { baseUrl, http: called, clock }),
    ...(tracing && observeFlows(tracing)),
    encryptionKey,
    sessionKey: sessionKeyOf(settings, encryptionKey),
    hmacSecret: hmacSecretOf(settings, mode),
    tokenShards: settings.cache.token_actor_shards,
    onEscalation: options.onFatal,
  })
  opened.defer(() => actors.stop({ drain: 0 }))
  storage.onClientsChanged?.(() => services.clientCache.recheck())
  await services.denylist.refresh()
  const { accessTokenAlgorithm, idTokenAlgorithm } = oauthSettings
  await services.keys.ensure({ algorithms: [...new Set([accessTokenAlgorithm, idTokenAlgorithm])] })
  const observer = settings.rate_limit.enabled ? metrics?.rateLimits() : undefined
  const limits = await openRateLimits({
    settings,
    issuer,
    clock,
    log,
    observer,
    trace: tracing && ((shared) => observeBuckets(shared, tracing)),
  })
  opened.defer(() => limits.close())
  if (limits.redis !== undefined) metrics?.redisLink('rate_limit', limits.redis)
  const { outbox, relay } = stored
  metrics?.running({ services, actors, eventing, outbox, relay, log, asks: isFirst })
  const { http, management } = createListener({
    settings,
    brand,
    worker: options.worker,
    services,
    mailer,
    tracing,
    resilience,
    rateLimits: limits.rateLimits,
    observing: {
      metrics,
      expose: metrics && (options.expose ?? (async () => expose([await metrics.read()]))),
      dependencies: new Dependencies({
        services,
        databaseUrl: settings.database.url,
        cache,
        rateLimits: limits.redis,
      }),
    },
  })
  metrics?.resilience(() => resilience.view())
  const smtpUrl = options.mailer === undefined ? settings.mail.smtp_url : undefined
  const chores = [
    ...startCertificateWatch(settings, http, log, ({ notAfter }) => metrics?.certificate(notAfter)),
    ...(isFirst ? startChores({ services, settings, log, smtpUrl, encryptionKey }) : []),
  ]
  opened.move() // everything is open, and `stop` closes it
  return {
    services,
    storage,
    eventing,
    http,
    management,
    metrics,
    issuer,
    resilience,
    async drain(delayMs) {
      http.startDraining()
      if (delayMs > 0) await sleep(delayMs)
    },
    stop: (drainMs) =>
      stopInOrder(
        { http, management, limits, chores, actors, stored, eventing, storage, tracing },
        drainMs,
      ),
  }
}

/** Makes the clients that fetch what others named, for one purpose each. */
function outboundOf(
  { settings, mode }: AssemblyOptions,
  { metrics, tracing }: { metrics: ServerMetrics | undefined; tracing: Tracing | undefined },
): (own: Partial<GuardedHttpOptions>) => GuardedHttp {
  const traceparentFor = tracing && propagation(settings, tracing)
  return (own) => {
    const allowed = allowedNetworks(settings, mode)
    const http = createGuardedHttp({ allowedNetworks: allowed, traceparentFor, ...own })
    return observeHttp(metrics?.outbound(http) ?? http, tracing)
  }
}

async function stopInOrder(
  parts: {
    http: HttpServer
    limits: OpenedRateLimits
    management: HttpServer | undefined
    chores: readonly Chore[]
    actors: ActorSystem
    stored: StartedOutbox
    eventing: Eventing
    storage: OpenedStorage
    tracing: Tracing | undefined
  },
  drainMs: number,
): Promise<void> {
  const end = performance.now() + drainMs
  const left = (): number => Math.max(0, Math.ceil(end - performance.now()))
  // Taken from the last to the first, each whatever became of the one before it.
  await using steps = new AsyncDisposableStack()
  steps.defer(async () => parts.tracing?.stop(left()))
  steps.defer(() => parts.storage.close())
  steps.defer(() => parts.eventing.stop(left()))
  steps.defer(() => parts.stored.stop(left()))
  steps.defer(() => parts.actors.stop({ drain: left() }))
  for (const chore of parts.chores.toReversed()) steps.defer(async () => chore.stop())
  steps.defer(async () => parts.management?.close(0))
  steps.defer(() => parts.limits.close())
  steps.defer(() => parts.http.close(drainMs))
}

/** In development clients run on this machine too. */
export function allowedNetworks(settings: Settings, mode: Mode): readonly string[] {
  const { allowed_networks } = settings.outbound
  return mode === 'dev' ? [...allowed_networks, '127.0.0.0/8', '::1'] : allowed_networks
}
