// Owns: configuration, storage and services for a command, without a listener, beside a running server.
// A server sees what a tool changed within half a second (clients, keys) or at once (users, tokens), also
// through a Redis that servers share, which a tool that writes tells.
// Start here: `withTools`.
import { accessSync, constants } from 'node:fs'
import { type PasswordHasher, systemClock, systemRandom } from '@grantd/domain'
import { createServices, type Log, type Services } from '@grantd/oauth'
import { migrationStatus, type OpenedStorage, openStorage, readOnlyUrl } from '@grantd/storage'
import { loadTexts } from '../branding/texts.ts'
import type { Settings } from '../config/settings.ts'
import { commandEvents } from '../events/command-events.ts'
import { oneTimeCodes } from '../factors/one-time-codes.ts'
import { createPasskeyChecks } from '../factors/passkey-checks.ts'
import { NO_MAILER } from '../mail/choose-mailer.ts'
import { createLetterWriter } from '../mail/letters.ts'
import { toOAuthSettings } from '../oauth-settings.ts'
import { createGuardedHttp } from '../outbound/guarded-http.ts'
import { createPasswordHasher } from '../password-hasher.ts'
import { encryptionKeyMissing, findEncryptionKey, hmacSecretOf, sessionKeyOf } from '../secrets.ts'
import { behindSharedCache } from '../shared-cache.ts'
import { StartError } from '../start-error.ts'
import { CliError, EXIT, failed } from './exit.ts'
import { type Located, locate, portOf, requireDatabase, type Whereabouts } from './locate.ts'
import type { Terminal } from './terminal.ts'

/** Who did it, in the audit log. */
export const ACTOR = 'cli'

export interface Tools {
  /** Everything but keys, which need the encryption key: see `openKeys`. */
  readonly services: Omit<Services, 'keys' | 'keyring' | 'forms'>
  readonly settings: Settings
  readonly located: Located
  /** Loads the keys. Throws `E_SECRET_MISSING` or `E_KEYS_SEALED`. */
  openKeys(): Promise<Pick<Services, 'keys' | 'keyring'>>
  /** To be called before a secret is sealed. Throws `E_SECRET_MISSING`. */
  requireEncryptionKey(): void
}

export interface ToolOptions {
  /** False opens the database for reading only. */
  readonly writes: boolean
}

/** Runs `work` with the tools open; closes them however it ends. */
export async function withTools<Result>(
  where: Whereabouts,
  options: ToolOptions,
  work: (tools: Tools) => Promise<Result>,
): Promise<Result> {
  const located = await locate(where)
  const file = await requireDatabase(located)
  const { settings } = located
  await requireSchema(settings)
  if (options.writes) requireWritable(settings, file)
  const encryptionKey = findEncryptionKey(settings)
  // A command only queues mail; the server sends it.
  const mailIsOn = settings.mail.smtp_url !== undefined
  const addressed = toOAuthSettings(settings, located.mode, portOf(located))
  const oauthSettings = { ...addressed, mailIsOn }
  const storage = options.writes
    ? await openAnnouncing(located, where.terminal)
    : await openStorage(readOnlyUrl(settings.database.url))
  const events = commandEvents(settings, logTo(where.terminal))
  const { services, actors } = createServices({
    settings: oauthSettings,
    storage,
    events: events.bus,
    outbox: events.outbox,
    passwords: lazyHasher(logTo(where.terminal)),
    oneTimeCodes,
    passkeyChecks: createPasskeyChecks(oauthSettings.baseUrl, 'grantd'),
    letters: createLetterWriter((language) => loadTexts(settings.branding.texts)(language)),
    mailer: NO_MAILER,
    clock: systemClock,
    random: systemRandom,
    log: logTo(where.terminal),
    outbound: createGuardedHttp({ allowedNetworks: settings.outbound.allowed_networks }),
    // Sealed keys stay closed without it; `openKeys` is the only way to them.
    encryptionKey: encryptionKey ?? Buffer.alloc(0),
    sessionKey: sessionKeyOf(settings, encryptionKey ?? Buffer.alloc(32)),
    hmacSecret: hmacSecretOf(settings, 'tool'),
    onEscalation: (error) => {
      throw error
    },
  })
  const requireEncryptionKey = () => {
    if (encryptionKey === undefined) throw encryptionKeyMissing()
  }
  const openKeys = async () => {
    requireEncryptionKey()
    await services.keyring.load()
    return services
  }
  try {
    return await work({ services, settings, located, openKeys, requireEncryptionKey })
  } finally {
    await actors.stop({ drain: 0 })
    await storage.close()
  }
}

/** Servers that share a Redis hear of a change at once; without it after a few seconds, which is no fault here. */
async function openAnnouncing(located: Located, terminal: Terminal): Promise<OpenedStorage> {
  const { settings, mode } = located
  const { url } = settings.database
  const encryptionKey = findEncryptionKey(settings)
  if (encryptionKey === undefined || settings.cache.redis_url === undefined) return openStorage(url)
  const { issuer } = toOAuthSettings(settings, mode, portOf(located))
  const log = logTo(terminal)
  try {
    return await behindSharedCache(await openStorage(url), { settings, issuer, encryptionKey, log })
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    terminal.say(`grantd: ${error.message}; running servers see the change within 5 seconds`)
    return openStorage(url)
  }
}

/** A tool must not change the schema under a server that runs an older version. */
async function requireSchema({ database }: Settings): Promise<void> {
  const { pending } = await migrationStatus(database.url)
  const [first] = pending
  if (first === undefined) return
  throw failed(`the database lacks ${first}`, 'run: grantd migrate up')
}

function requireWritable({ database }: Settings, file: string | undefined): void {
  if (file === undefined) return
  if (/[?&]mode=ro\b/.test(database.url)) {
    throw new CliError(
      EXIT.notAllowed,
      `${file} is configured for reading only (mode=ro)`,
      'use the configuration of a server that may write',
    )
  }
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CliError(
      EXIT.notAllowed,
      `this user may not change ${file} (${code})`,
      'run it as the user of the server',
    )
  }
}

export function logTo(terminal: Terminal): Log {
  const say = (_fields: object, message: string): void => terminal.say(`grantd: ${message}`)
  return { debug: () => undefined, info: () => undefined, warn: say, error: say }
}

/** Argon2 takes time and memory; most commands hash nothing. */
function lazyHasher(log: Log): PasswordHasher {
  let made: Promise<PasswordHasher> | undefined
  const hasher = (): Promise<PasswordHasher> => {
    made ??= createPasswordHasher({ log })
    return made
  }
  return {
    hash: async (password) => (await hasher()).hash(password),
    verify: async (password, expected) => (await hasher()).verify(password, expected),
    isOutdated: () => false, // nobody signs in through a tool
  }
}
