// Owns: putting the parts together: settings, storage, actors, endpoints, listener, janitor.
// Does not own: what any part does. Start here: `assemble`.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActorSystem } from '@grantd/actors'
import { type Clock, type Mailer, type Random, systemClock, systemRandom } from '@grantd/domain'
import type { Eventing } from '@grantd/events'
import { createServices, type Log, type Services } from '@grantd/oauth'
import { type OpenedStorage, openStorage, type WriterEvent } from '@grantd/storage'
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
import { toOAuthSettings } from './oauth-settings.ts'
import { createGuardedHttp } from './outbound/guarded-http.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { encryptionKeyOf, hmacSecretOf, sessionKeyOf } from './secrets.ts'
import { behindSharedCache } from './shared-cache.ts'
import { startTimers } from './timers.ts'

export interface Assembly {
  readonly services: Services
  readonly storage: OpenedStorage
  readonly eventing: Eventing
  readonly http: HttpServer
  readonly issuer: string
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
  const opened = await openStorage(database.url, {
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
  const addressed = toOAuthSettings(settings, mode, options.port ?? settings.server.port)
  const { issuer } = addressed
  const storage = await behindSharedCache(opened, { settings, issuer, encryptionKey, clock, log })
  const mailer = options.mailer ?? mailerOf(settings, mode, addressed.baseUrl, clock)
  const oauthSettings = { ...addressed, mailIsOn: mailer !== undefined }
  const eventing = await openEventing({
    settings: settings.events,
    hasOutbox: true,
    issuer: oauthSettings.issuer,
    log,
    clock,
    http: createGuardedHttp({
      allowedNetworks: allowedNetworks(settings, mode),
      timeoutMs: settings.events.webhook.timeout_secs * 1_000,
    }),
  }).catch(async (error: unknown) => {
    await storage.close()
    throw error
  })
  const random = options.random ?? systemRandom
  const isFirst = (options.worker ?? 1) === 1
  const stored = await startOutbox({
    settings: settings.events,
    eventing,
    storage,
    clock,
    owner: random.base64url(12),
    log,
    delivers: isFirst,
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
    passwords: await createPasswordHasher({ log }),
    oneTimeCodes,
    passkeyChecks: createPasskeyChecks(oauthSettings.baseUrl, settings.branding.name),
    letters: createLetterWriter(brand.texts),
    mailer: mailer ?? NO_MAILER,
    clock,
    random,
    log,
    outbound: createGuardedHttp({ allowedNetworks: allowedNetworks(settings, mode) }),
    encryptionKey,
    sessionKey: sessionKeyOf(settings, encryptionKey),
    hmacSecret: hmacSecretOf(settings, mode),
    tokenShards: settings.cache.token_actor_shards,
    onEscalation: options.onFatal,
  })
  storage.onClientsChanged?.(() => services.clientCache.recheck())
  try {
    await services.keys.ensure({
      algorithms: [
        ...new Set([oauthSettings.accessTokenAlgorithm, oauthSettings.idTokenAlgorithm]),
      ],
    })
  } catch (error) {
    await actors.stop({ drain: 0 })
    await stored.stop(0)
    await eventing.stop(0)
    await storage.close()
    throw error
  }
  const http = createListener({ settings, brand, worker: options.worker, services, mailer })
  const smtpUrl = options.mailer === undefined ? settings.mail.smtp_url : undefined
  const chores = isFirst ? startChores(services, options, { smtpUrl, encryptionKey }) : []
  return {
    services,
    storage,
    eventing,
    http,
    issuer: oauthSettings.issuer,
    async drain(delayMs) {
      http.startDraining()
      if (delayMs > 0) await sleep(delayMs)
    },
    stop: (drainMs) => stopInOrder({ http, chores, actors, stored, eventing, storage }, drainMs),
  }
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
  settings: Settings,
  mode: Mode,
  baseUrl: string,
  clock: Clock,
): Mailer | undefined {
  const { smtp_url: url, from } = settings.mail
  if (url !== undefined)
    return createSmtpMailer({ url, from: from ?? `no-reply@${new URL(baseUrl).hostname}` })
  return mode === 'dev' ? new DevMailbox(clock) : undefined
}

async function stopInOrder(
  parts: {
    http: HttpServer
    chores: readonly Chore[]
    actors: ActorSystem
    stored: StartedOutbox
    eventing: Eventing
    storage: OpenedStorage
  },
  drainMs: number,
): Promise<void> {
  const end = performance.now() + drainMs
  await parts.http.close(drainMs)
  for (const chore of parts.chores) await chore.stop()
  const left = (): number => Math.max(0, Math.ceil(end - performance.now()))
  await parts.actors.stop({ drain: left() })
  await parts.stored.stop(left())
  await parts.eventing.stop(left())
  await parts.storage.close()
}

/** In development clients run on this machine too. */
function allowedNetworks(settings: Settings, mode: Mode): readonly string[] {
  const { allowed_networks } = settings.outbound
  return mode === 'dev' ? [...allowed_networks, '127.0.0.0/8', '::1'] : allowed_networks
}
