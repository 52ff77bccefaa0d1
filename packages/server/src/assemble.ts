// Owns: putting the parts together: settings, storage, actors, endpoints, listener, janitor.
// Does not own: what any part does. Start here: `assemble`.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActorSystem } from '@grantd/actors'
import { type Clock, type Mailer, type Random, systemClock, systemRandom } from '@grantd/domain'
import {
  authenticateClient,
  createServices,
  ENDPOINTS,
  findSession,
  type Log,
  type OAuthSettings,
  readyEndpoint,
  type Services,
} from '@grantd/oauth'
import { type OpenedStorage, openStorage, type WriterEvent } from '@grantd/storage'
import { loadBrand } from './branding/brand.ts'
import { baseUrlOf, issuerOf } from './config/issuer.ts'
import type { Mode } from './config/mode.ts'
import type { Settings } from './config/settings.ts'
import { prepareDataFolder } from './data-folder.ts'
import { oneTimeCodes } from './factors/one-time-codes.ts'
import { createPasskeyChecks } from './factors/passkey-checks.ts'
import type { HttpContext } from './http/context.ts'
import { createAccessLog } from './http/hooks/access-log.ts'
import { namesOfDev } from './http/hooks/known-host.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import { startJanitor } from './janitor.ts'
import { DevMailbox, devMailEndpoint } from './mail/dev-mailbox.ts'
import { createLetterWriter } from './mail/letters.ts'
import { startPostman } from './mail/postman.ts'
import { createSmtpMailer, smtpProblem } from './mail/smtp-mailer.ts'
import { createGuardedHttp } from './outbound/guarded-http.ts'
import { loadAssets } from './pages/assets.ts'
import { checkSessionFrame } from './pages/check-session-frame.ts'
import { UI_LOCALES } from './pages/languages/tags.ts'
import { renderPage } from './pages/render.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { encryptionKeyOf, hmacSecretOf, sessionKeyOf } from './secrets.ts'
import { behindSharedCache } from './shared-cache.ts'
import { startTimers } from './timers.ts'

export interface Assembly {
  readonly services: Services
  readonly storage: OpenedStorage
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
  const { services, actors } = createServices({
    settings: oauthSettings,
    storage,
    clientSnapshots: storage.clientSnapshots,
    passwords: await createPasswordHasher({ log }),
    oneTimeCodes,
    passkeyChecks: createPasskeyChecks(oauthSettings.baseUrl, settings.branding.name),
    letters: createLetterWriter(),
    mailer: mailer ?? NO_MAILER,
    clock,
    random: options.random ?? systemRandom,
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
    await storage.close()
    throw error
  }
  const http = createListener(options, services, mailer)
  const smtpUrl = options.mailer === undefined ? settings.mail.smtp_url : undefined
  const chores = (options.worker ?? 1) === 1 ? startChores(services, options, smtpUrl) : []
  return {
    services,
    storage,
    http,
    issuer: oauthSettings.issuer,
    async drain(delayMs) {
      http.startDraining()
      if (delayMs > 0) await sleep(delayMs)
    },
    stop: (drainMs) => stopInOrder({ http, chores, actors, storage }, drainMs),
  }
}

interface Chore {
  stop(): Promise<void> | void
}

/** The work of nobody's request. */
function startChores(
  services: Services,
  { settings, log }: AssemblyOptions,
  smtpUrl: string | undefined,
): readonly Chore[] {
  return [
    startJanitor({ services, settings: settings.janitor, log }),
    startTimers({ services, log }),
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

function createListener(
  { settings, worker }: AssemblyOptions,
  services: Services,
  mailer: Mailer | undefined,
): HttpServer {
  const assets = loadAssets()
  const brand = loadBrand(settings)
  const drain = { isDraining: false }
  const context: HttpContext = {
    services,
    settings: {
      trustedProxies: settings.server.trust_proxy_headers ? settings.server.trusted_proxies : [],
      allowedOrigins: settings.server.allowed_origins,
      enforceHttps: settings.server.enforce_https,
      ...(services.settings.isDev && {
        hostNames: namesOfDev(settings.server.host, services.settings.baseUrl),
      }),
      isSecure: services.settings.baseUrl.startsWith('https:'),
    },
    drain,
    assets: { find: (path) => assets.find(path) ?? brand.find(path) },
    ...(settings.log.access && {
      accessLog: createAccessLog({
        format: settings.log.format,
        pid: worker === undefined ? undefined : process.pid,
      }),
    }),
    pages: new Set<string>(),
    crossSitePosts: new Set(['authorize.post', 'logout.rp.post']),
    frames: { check_session: checkSessionFrame(assets.urls) },
    renderPage: (page, request) =>
      renderPage(page, { assets: assets.urls, brand, locale: request.language, request }),
    authenticateClient: (params, authorization, endpoint) =>
      authenticateClient(
        {
          params,
          authorization,
          allowsPublicClient: endpoint.allowsPublicClient === true,
          allowsAnonymous: endpoint.allowsAnonymous?.(services) === true,
        },
        services,
      ),
    findSession: (cookie, ip) => findSession(cookie, services, ip),
  }
  return createHttpServer(context, [
    ...ENDPOINTS,
    readyEndpoint(() => drain.isDraining),
    ...(mailer instanceof DevMailbox ? [devMailEndpoint(mailer)] : []),
  ])
}

async function stopInOrder(
  parts: {
    http: HttpServer
    chores: readonly Chore[]
    actors: ActorSystem
    storage: OpenedStorage
  },
  drainMs: number,
): Promise<void> {
  const end = performance.now() + drainMs
  await parts.http.close(drainMs)
  for (const chore of parts.chores) await chore.stop()
  await parts.actors.stop({ drain: Math.max(0, end - performance.now()) })
  await parts.storage.close()
}

/** In development clients run on this machine too. */
function allowedNetworks(settings: Settings, mode: Mode): readonly string[] {
  const { allowed_networks } = settings.outbound
  return mode === 'dev' ? [...allowed_networks, '127.0.0.0/8', '::1'] : allowed_networks
}

export function toOAuthSettings(
  settings: Settings,
  mode: Mode,
  port: number,
): Omit<OAuthSettings, 'mailIsOn'> {
  const { jwt } = settings
  // Nobody else is there in development, and the conformance suite registers a client for each module.
  const isCounted = mode !== 'dev' && !settings.conformance.enabled
  return {
    issuer: issuerOf(settings, port, mode),
    baseUrl: baseUrlOf(settings, port, mode),
    isDev: mode === 'dev',
    accessTokenAlgorithm: jwt.algorithm,
    idTokenAlgorithm: jwt.id_token_algorithm,
    accessTokensOpaque: jwt.access_tokens_opaque,
    accessTokenLifetime: jwt.access_token_ttl_secs,
    refreshTokenLifetime: jwt.refresh_token_ttl_secs,
    refreshFamilyLifetime: jwt.refresh_token_max_age_secs,
    refreshGrace: jwt.refresh_token_grace_secs,
    codeLifetime: jwt.authorization_code_ttl_secs,
    idTokenLifetime: jwt.id_token_ttl_secs,
    keyGrace: jwt.key_rotation_grace_hours * 3_600,
    keyRotationInterval: jwt.key_rotation_interval_hours * 3_600,
    audience: jwt.audience,
    resources: jwt.resources,
    publicIntrospection: jwt.public_introspection,
    registrationOpen: settings.registration.open || mode === 'dev',
    registrationDynamic:
      settings.registration.dynamic || settings.registration.open || mode === 'dev',
    clientSecretLifetime: settings.registration.secret_ttl_secs,
    registrationsPerNetwork: isCounted ? settings.registration.hourly_per_network : 0,
    registrationsTotal: isCounted ? settings.registration.hourly_total : 0,
    unusedClientLifetime: mode === 'dev' ? 0 : settings.registration.unused_ttl_secs,
    adminClientIds: settings.admin.client_ids,
    signUpOpen: settings.accounts.sign_up,
    adminsNeedSecondFactor: mode === 'serve' && settings.admin.require_second_factor,
    sessionIdle: settings.session.idle_timeout_secs,
    sessionLifetime: settings.session.absolute_timeout_secs,
    sessionManagement: settings.session.management,
    uiLocales: UI_LOCALES,
    uiDefaultLocale: settings.ui.default_locale,
    conformance: settings.conformance.enabled,
    loginMaxAttempts: settings.login.max_attempts,
    loginWindow: settings.login.window_secs,
  }
}
