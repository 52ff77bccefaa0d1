// Owns: putting the parts together: settings, storage, actors, endpoints, listener, janitor.
// Does not own: what any part does. Start here: `assemble`.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActorSystem } from '@grantd/actors'
import { type Clock, type Mailer, type Random, systemClock, systemRandom } from '@grantd/domain'
import type { Eventing } from '@grantd/events'
import { createServices, type Log, type Services } from '@grantd/oauth'
import { type OpenedStorage, openStorage, type WriterEvent } from '@grantd/storage'
import { expose } from '@grantd/telemetry'
import { loadBrand } from './branding/brand.ts'
import type { Mode } from './config/mode.ts'
import type { Settings } from './config/settings.ts'
import { prepareDataFolder } from './data-folder.ts'
import { openEventing } from './events/open-eventing.ts'
import { type StartedOutbox, startOutbox } from './events/start-outbox.ts'
import { oneTimeCodes } from './factors/one-time-codes.ts'
import { createPasskeyChecks } from './factors/passkey-checks.ts'
import type { HttpServer } from './http/server.ts'
import { startJanitor } from './janitor.ts'
import { createListener } from './listener.ts'
import { DevMailbox } from './mail/dev-mailbox.ts'
import { createLetterWriter } from './mail/letters.ts'
import { startPostman } from './mail/postman.ts'
import { createSmtpMailer, smtpProblem } from './mail/smtp-mailer.ts'
import { Dependencies } from './metrics/dependencies.ts'
import { createMetrics, type ServerMetrics } from './metrics/server-metrics.ts'
import { toOAuthSettings } from './oauth-settings.ts'
import {
  createGuardedHttp,
  type GuardedHttp,
  type GuardedHttpOptions,
} from './outbound/guarded-http.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { type OpenedRateLimits, openRateLimits } from './rate-limits/open.ts'
import { guardMailer } from './resilience/guard-mailer.ts'
import { Outage } from './resilience/outage.ts'
import { Resilience } from './resilience/resilience.ts'
import { encryptionKeyOf, hmacSecretOf, sessionKeyOf } from './secrets.ts'
import { behindSharedCache } from './shared-cache.ts'
import { startTimers } from './timers.ts'
import { watchCertificate } from './tls/watch-certificate.ts'
import { observeCache, observeMailer, observePasswords, observeStorage } from './tracing/observe.ts'
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
  // Before anything is opened: its files may be missing, and that is a reason not to start.
  const brand = loadBrand(settings)
  if (mode === 'dev') prepareDataFolder(settings.data.dir)
  const encryptionKey = encryptionKeyOf(settings, mode)
  const { database } = settings
  const resilience = new Resilience(settings.resilience, log)
  const tracing = await openTracing(settings, log)
  const metrics = settings.metrics.enabled ? createMetrics(settings) : undefined
  const bare = await openStorage(database.url, {
    clock,
    onWriter: (event) => logWriter(event, log),
    requireTransactions: mode === 'serve',
    onWarning: (warning) => log.warn({}, warning),
    ...(database.read_url !== undefined && { readUrl: database.read_url }),
    maxConnections: database.max_connections,
    minConnections: database.min_connections,
    acquireTimeoutMs: database.acquire_timeout_secs * 1_000,
    idleTimeoutMs: database.idle_timeout_secs * 1_000,
  })
  const opened = metrics?.storage(bare) ?? bare
  const addressed = toOAuthSettings(settings, mode, options.port ?? settings.server.port)
  const { issuer } = addressed
  const outage = new Outage()
  const cache = settings.cache.redis_url === undefined ? undefined : { isUp: true }
  const cached = await behindSharedCache(resilience.guardStorage(opened), {
    settings,
    issuer,
    encryptionKey,
    clock,
    log,
    onOutage: (isGone) => {
      outage.report(isGone)
      if (cache !== undefined) cache.isUp = !isGone
    },
    observe: (redis) => {
      const counted = cache === undefined ? redis : (metrics?.cache(cache)(redis) ?? redis)
      return tracing ? observeCache(counted, tracing) : counted
    },
  })
  if (cache !== undefined) resilience.watch('redis', outage)
  const storage = tracing ? observeStorage(cached, database.url, tracing) : cached
  const mailer = options.mailer ?? mailerOf(options, addressed.baseUrl, clock, resilience)
  const oauthSettings = { ...addressed, mailIsOn: mailer !== undefined }
  const traceparentFor = tracing && propagation(settings, tracing)
  const outbound = (own: Partial<GuardedHttpOptions>): GuardedHttp => {
    const allowed = allowedNetworks(settings, mode)
    const http = createGuardedHttp({ allowedNetworks: allowed, traceparentFor, ...own })
    return observeHttp(metrics?.outbound(http) ?? http, tracing)
  }
  const publishing = settings.events.enabled ? metrics?.publishing() : undefined
  const eventing = await openEventing({
    settings: settings.events,
    hasOutbox: true,
    issuer: oauthSettings.issuer,
    log,
    clock,
    onPublished: publishing?.onPublished,
    onKept: publishing?.onKept,
    http: outbound({ timeoutMs: settings.events.webhook.timeout_secs * 1_000 }),
    ...(tracing && { observe: (sink) => observeSink(sink, tracing) }),
  }).catch(async (error: unknown) => {
    await storage.close()
    throw error
  })
  const random = options.random ?? systemRandom
  const passwords = await createPasswordHasher({ log, gauge: metrics?.hashing() })
  resilience.watchBulkhead(passwords.room)
  const isFirst = (options.worker ?? 1) === 1
  const stored = await startOutbox({
    settings: settings.events,
    eventing,
    storage,
    clock,
    owner: random.base64url(12),
    log,
    delivers: isFirst,
    onPublished: publishing?.onPublished,
  }).catch(async (error: unknown) => {
    await eventing.stop(0)
    await storage.close()
    throw error
  })
  const { services, actors } = createServices({
    settings: oauthSettings,
    storage,
    clientSnapshots: storage.clientSnapshots,
    events: stored.bus,
    outbox: stored.outbox,
    acts: metrics?.acts,
    passwords: tracing ? observePasswords(passwords, tracing) : passwords,
    oneTimeCodes,
    passkeyChecks: createPasskeyChecks(oauthSettings.baseUrl, settings.branding.name),
    letters: createLetterWriter(brand.texts),
    mailer: tracing && mailer ? observeMailer(mailer, tracing) : (mailer ?? NO_MAILER),
    clock,
    random,
    log,
    outbound: outbound({ circuits: resilience.hostCircuits() }),
    ...(tracing && observeFlows(tracing)),
    encryptionKey,
    sessionKey: sessionKeyOf(settings, encryptionKey),
    hmacSecret: hmacSecretOf(settings, mode),
    tokenShards: settings.cache.token_actor_shards,
    onEscalation: options.onFatal,
  })
  storage.onClientsChanged?.(() => services.clientCache.recheck())
  let limits: OpenedRateLimits
  try {
    await services.denylist.refresh()
    await services.keys.ensure({
      algorithms: [
        ...new Set([oauthSettings.accessTokenAlgorithm, oauthSettings.idTokenAlgorithm]),
      ],
    })
    const observer = settings.rate_limit.enabled ? metrics?.rateLimits() : undefined
    limits = await openRateLimits({ settings, issuer: oauthSettings.issuer, clock, log, observer })
  } catch (error) {
    await actors.stop({ drain: 0 })
    await stored.stop(0)
    await eventing.stop(0)
    await storage.close()
    throw error
  }
  const { rateLimits } = limits
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
    rateLimits,
    observing: {
      metrics,
      expose: metrics && (options.expose ?? (async () => expose([await metrics.read()]))),
      dependencies: new Dependencies({ services, databaseUrl: database.url, cache }),
    },
  })
  metrics?.resilience(() => resilience.view())
  const certificate = startCertificateWatch(settings, http, log)
  const smtpUrl = options.mailer === undefined ? settings.mail.smtp_url : undefined
  const chores = [
    ...certificate,
    ...(isFirst ? startChores(services, options, { smtpUrl, encryptionKey }) : []),
  ]
  return {
    services,
    storage,
    eventing,
    http,
    management,
    metrics,
    issuer: oauthSettings.issuer,
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

/** In every process: each has its own listener. */
function startCertificateWatch({ server: { tls } }: Settings, http: HttpServer, log: Log): Chore[] {
  const { cert, key } = tls
  if (cert === undefined || key === undefined) return []
  return [watchCertificate({ files: { cert, key }, log, use: (pair) => http.useCertificate(pair) })]
}

interface Chore {
  stop(): Promise<void> | void
}

/** The work of nobody's request, but for the relay of the outbox (start-outbox.ts). */
function startChores(
  services: Services,
  { settings, log }: AssemblyOptions,
  given: { readonly smtpUrl: string | undefined; readonly encryptionKey: Uint8Array },
): readonly Chore[] {
  const { smtpUrl, encryptionKey } = given
  const kept = {
    encryptionKey,
    auditDays: settings.audit.retention_days,
    historyDays: settings.events.outbox.history_days,
  }
  return [
    startJanitor({ services, settings: settings.janitor, log, kept }),
    startTimers({ services, log, encryptionKey }),
    startPostman({
      services,
      log,
      ...(smtpUrl !== undefined && { problem: () => smtpProblem(smtpUrl) }),
    }),
  ]
}

const WRITER_EVENTS: Readonly<Record<WriterEvent['type'], string>> = {
  ended:
    'the thread that writes the database ended; it is started anew, writes are refused until then',
  'restart failed': 'the thread that writes the database could not be started; it is tried again',
  restarted: 'the thread that writes the database runs again',
}

function logWriter(event: WriterEvent, log: Log): void {
  const { type } = event
  if (type === 'restarted') log.warn({}, WRITER_EVENTS[type])
  else if (type === 'restart failed') log.error({ err: event.cause }, WRITER_EVENTS[type])
  else log.error({ err: event.cause, unknown: event.unknown }, WRITER_EVENTS[type])
}

export const NO_MAILER: Mailer = {
  send: () => Promise.reject(new Error('no mail server is configured: set OAUTH2_SMTP_URL')),
}

/** Through SMTP when it is configured; with `grantd dev` else to a page of this server. */
function mailerOf(
  { settings, mode }: AssemblyOptions,
  baseUrl: string,
  clock: Clock,
  resilience: Resilience,
): Mailer | undefined {
  const { smtp_url: url, from } = settings.mail
  if (url !== undefined) {
    const sender = from ?? `no-reply@${new URL(baseUrl).hostname}`
    const smtp = createSmtpMailer({ url, from: sender })
    const circuit = resilience.mailCircuit()
    return circuit === undefined ? smtp : guardMailer(smtp, circuit)
  }
  return mode === 'dev' ? new DevMailbox(clock) : undefined
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
  await parts.http.close(drainMs)
  await parts.limits.close()
  await parts.management?.close(0)
  for (const chore of parts.chores) await chore.stop()
  const left = (): number => Math.max(0, Math.ceil(end - performance.now()))
  await parts.actors.stop({ drain: left() })
  await parts.stored.stop(left())
  await parts.eventing.stop(left())
  await parts.storage.close()
  await parts.tracing?.stop(left())
}

/** In development clients run on this machine too. */
export function allowedNetworks(settings: Settings, mode: Mode): readonly string[] {
  const { allowed_networks } = settings.outbound
  return mode === 'dev' ? [...allowed_networks, '127.0.0.0/8', '::1'] : allowed_networks
}
