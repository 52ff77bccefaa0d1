import { nowSeconds, StorageError, systemClock } from '@grantd/domain'
import type { MigrationReport, OpenedStorage, StorageOptions } from '../options.ts'
import { Commits } from './commits.ts'
import { type Connection, connect } from './connect.ts'
import { countDocuments } from './count.ts'
import { countExpired } from './count-expired.ts'
import { reading } from './errors.ts'
import { uuid } from './kind.ts'
import {
  CLIENT,
  CODE,
  CONSENT,
  consentKey,
  DELETED_CLIENTS,
  DENIAL,
  denialKey,
  FAMILY,
  IDENTITY,
  INITIAL_ACCESS_TOKEN,
  identityKey,
  LOGOUT_DELIVERY,
  MAIL,
  NOTES,
  PASSKEY,
  RECOVERY_CODE,
  REFRESH_TOKEN,
  SESSION,
  SETUP_LINK,
  SIGNING_KEY,
  THROTTLE,
  TICKET,
  TOTP_SEED,
  USER,
  VERSIONS,
} from './kinds.ts'
import { migrate, requireMigrated } from './migrate.ts'
import { openingFailure } from './opening-failure.ts'
import { withTrims } from './outbox.ts'
import { purgeExpired } from './purge.ts'
import { isDead, Reads } from './reads.ts'
import { eraseMongo, mongoSnapshot } from './snapshot.ts'
import { auditStore, outboxStore } from './trail-stores.ts'

const BATCH_MAX = 512
const QUEUE_MAX = 10_000
const BUSY_TIMEOUT_MS = 10_000

/** Opens a MongoDB database: connects, brings its schema up to date. Throws Error or StorageError. */
export async function openMongo(url: string, options: StorageOptions): Promise<OpenedStorage> {
  const connection = await connect(url, options)
  const { database, location } = connection
  try {
    const migrations = await (location.isReadOnly ? requireMigrated : migrate)(database)
    return storageOf(connection, migrations, options)
  } catch (error) {
    await connection.client.close()
    throw openingFailure(location, error)
  }
}

function storageOf(
  connection: Connection,
  migrations: MigrationReport,
  options: StorageOptions,
): OpenedStorage {
  const { client, database, availability, location } = connection
  const { clock = systemClock, batchMax = BATCH_MAX, queueMax = QUEUE_MAX } = options
  const { busyTimeoutMs = BUSY_TIMEOUT_MS } = options
  const reads = new Reads(database)
  const commits = new Commits({
    client,
    database,
    availability,
    isReadOnly: location.isReadOnly,
    limits: { batchMax, queueMax },
    patienceMs: busyTimeoutMs,
  })
  const newestFirst = { sort: { _id: -1 } } as const
  return {
    migrations,
    statistics: () => commits.statistics(),
    commit: withTrims((changes) => commits.commit(changes), database),
    clients: {
      find: (id) => reads.find(CLIENT, { _id: id }),
      list: (page) => reads.clients(page),
    },
    users: {
      find: (id) => reads.find(USER, { _id: uuid(id) }),
      findByLogin: async (key) => {
        const [byName, byAddress] = await Promise.all([
          reads.find(USER, { usernameKey: key }),
          reads.find(USER, { emailKey: key }),
        ])
        return byName ?? byAddress
      },
      list: (page) => reads.page(USER, page),
      countAdmins: () => reads.count(USER.collection, { role: 'admin', isEnabled: true }),
    },
    sessions: {
      find: (id) => reads.find(SESSION, { _id: uuid(id) }),
      listByUser: (userId) => reads.list(SESSION, { userId: uuid(userId) }, newestFirst),
    },
    consents: {
      find: async (userId, clientId) => {
        const [consent, deleted] = await Promise.all([
          reads.find(CONSENT, { _id: consentKey(userId, clientId) }),
          reads.raw(DELETED_CLIENTS, { _id: clientId }),
        ])
        return consent === undefined || isDead(deleted, uuid(consent.id)) ? undefined : consent
      },
      listByUser: (userId) => reads.list(CONSENT, { userId: uuid(userId) }, { sort: { id: -1 } }),
    },
    codes: {
      find: async (id) => {
        const code = await reads.find(CODE, { _id: uuid(id) })
        if (code === undefined) return undefined
        const deleted = await reads.raw(DELETED_CLIENTS, { _id: code.clientId })
        return isDead(deleted, uuid(id)) ? undefined : code
      },
    },
    families: {
      find: (id) => reads.find(FAMILY, { _id: uuid(id) }),
      listByUser: (userId) => {
        const expiresAt = { $gt: new Date(nowSeconds(clock) * 1_000) }
        return reads.list(FAMILY, { userId: uuid(userId), revokedAt: null, expiresAt }, newestFirst)
      },
      listBySession: (sessionId) => reads.list(FAMILY, { sessionId: uuid(sessionId) }, newestFirst),
    },
    tokens: { find: (id) => reads.token(id) },
    refreshTokens: {
      find: async (id) => {
        const refreshToken = await reads.find(REFRESH_TOKEN, { _id: uuid(id) })
        if (refreshToken === undefined) return undefined
        const { familyId, clientId } = refreshToken
        const [family, deleted] = await Promise.all([
          reads.find(FAMILY, { _id: uuid(familyId) }),
          reads.raw(DELETED_CLIENTS, { _id: clientId }),
        ])
        if (family === undefined || isDead(deleted, uuid(id))) return undefined
        return Object.freeze({ refreshToken, family })
      },
    },
    keys: { list: () => reads.list(SIGNING_KEY, {}, { sort: { createdAt: -1, _id: -1 } }) },
    throttles: { find: (key) => reads.find(THROTTLE, { _id: key }) },
    initialAccessTokens: { find: (id) => reads.find(INITIAL_ACCESS_TOKEN, { _id: uuid(id) }) },
    setupLinks: { find: (id) => reads.find(SETUP_LINK, { _id: uuid(id) }) },
    logoutDeliveries: { listDue: (at, limit) => reads.due(LOGOUT_DELIVERY, at, limit) },
    passkeys: {
      find: (credentialId) => reads.find(PASSKEY, { credentialId }),
      listByUser: (userId) => reads.list(PASSKEY, { userId: uuid(userId) }, newestFirst),
    },
    totp: { find: (userId) => reads.find(TOTP_SEED, { _id: uuid(userId) }) },
    recoveryCodes: {
      listByUser: (userId) => reads.list(RECOVERY_CODE, { userId: uuid(userId) }, newestFirst),
    },
    identities: {
      find: (provider, subject) =>
        reads.find(IDENTITY, { _id: identityKey({ provider, subject }) }),
      listByUser: (userId) => reads.list(IDENTITY, { userId: uuid(userId) }, { sort: { id: -1 } }),
    },
    tickets: { find: (id) => reads.find(TICKET, { _id: uuid(id) }) },
    mails: { listDue: (at, limit) => reads.due(MAIL, at, limit) },
    notes: {
      find: async (name) => {
        const note = await reads.raw(NOTES, { _id: name })
        return note === undefined ? undefined : String(note.text)
      },
    },
    denylist: {
      find: (kind, value) => reads.find(DENIAL, { _id: denialKey({ kind, value }) }),
      list: (page) => reads.page(DENIAL, page, { key: 'id' }),
    },
    audit: auditStore(reads),
    outbox: outboxStore(connection, reads),
    versions: async () => {
      const rows = await reads.rawList(VERSIONS, {})
      const countOf = (name: string) => Number(rows.find(({ _id }) => _id === name)?.count ?? 0)
      return Object.freeze({
        clients: countOf('clients'),
        keys: countOf('keys'),
        denylist: countOf('denylist'),
      })
    },
    count: (kind, slice) => countDocuments(database, kind, slice),
    purgeExpired: async (at, limit) => {
      if (location.isReadOnly) return 0
      return reading(() => purgeExpired(database, at, limit))
    },
    countExpired: (at) => reading(() => countExpired(database, at)),
    snapshot: () => mongoSnapshot(client, database, availability.isStandalone),
    erase: async () => {
      if (location.isReadOnly) throw readOnly()
      await eraseMongo(database)
    },
    ping: async () => {
      await reading(() => database.command({ ping: 1 }))
    },
    close: async () => {
      await commits.close()
      await client.close()
    },
  }
}

const readOnly = () =>
  new StorageError('unavailable', { message: 'the database is opened for reading only' })
