import {
  partsOfUsedOnce,
  ROW_KINDS,
  type RowKind,
  rowKey,
  type Snapshot,
  type StoredRow,
  type StoredRows,
} from '@grantd/domain'
import type { ClientSession, Db, Document, MongoClient } from 'mongodb'
import { reading } from './errors.ts'
import { decode, type Kind, uuid } from './kind.ts'
import {
  AUDIT,
  CLIENT,
  CODE,
  CONSENT,
  DELETED_CLIENTS,
  DENIAL,
  FAMILY,
  IDENTITY,
  INITIAL_ACCESS_TOKEN,
  LOGOUT_DELIVERY,
  MAIL,
  PASSKEY,
  RECOVERY_CODE,
  REFRESH_TOKEN,
  SESSION,
  SETUP_LINK,
  SIGNING_KEY,
  THROTTLE,
  TICKET,
  TOKEN,
  TOTP_SEED,
  USED_ONCE,
  USER,
  VERSIONS,
} from './kinds.ts'
import { isDead } from './reads.ts'
import type { Stored } from './run-operation.ts'
import {
  type Find,
  isTrailKind,
  TRAIL_COLLECTIONS,
  type TrailKind,
  trailSlice,
} from './snapshot-trail.ts'

type Simple = Exclude<RowKind, 'usedOnce' | TrailKind>

const KINDS: { readonly [Name in Simple]: Kind<StoredRows[Name]> } = {
  key: SIGNING_KEY,
  client: CLIENT,
  user: USER,
  passkey: PASSKEY,
  totpSeed: TOTP_SEED,
  recoveryCode: RECOVERY_CODE,
  identity: IDENTITY,
  consent: CONSENT,
  session: SESSION,
  code: CODE,
  family: FAMILY,
  refreshToken: REFRESH_TOKEN,
  token: TOKEN,
  initialAccessToken: INITIAL_ACCESS_TOKEN,
  setupLink: SETUP_LINK,
  ticket: TICKET,
  throttle: THROTTLE,
  logoutDelivery: LOGOUT_DELIVERY,
  mail: MAIL,
  denial: DENIAL,
  audit: AUDIT,
}

/** What stays behind when its client is deleted, until it expires. */
const OF_CLIENTS: ReadonlySet<RowKind> = new Set(['code', 'token', 'refreshToken', 'consent'])
/** Kinds whose `_id` is not what a slice goes on behind. */
const FIELDS: Readonly<Partial<Record<RowKind, string>>> = {
  client: 'rowId',
  consent: 'id',
  denial: 'id',
  identity: 'id',
}
const TEXT_KEYS: ReadonlySet<RowKind> = new Set(['key', 'throttle'])

/**
 * All reads of one session see one moment, as long as the server keeps it (five minutes, unless
 * `minSnapshotHistoryWindowInSeconds` says otherwise). A standalone server has no such thing: there
 * everything is read at once, which is for development only.
 */
export async function mongoSnapshot(
  client: MongoClient,
  database: Db,
  isStandalone: boolean,
): Promise<Snapshot> {
  const session = isStandalone ? undefined : client.startSession({ snapshot: true })
  const rows = new Rows(database, session)
  try {
    await rows.begin()
    if (isStandalone) return await everythingOf(rows)
  } catch (error) {
    await session?.endSession()
    throw error
  }
  return {
    rows: (kind, slice) => rows.slice(kind, slice.limit, slice.after),
    close: async () => session?.endSession(),
  }
}

class Rows {
  readonly #database: Db
  readonly #session: ClientSession | undefined
  #deleted: ReadonlyMap<unknown, Document> = new Map()

  constructor(database: Db, session: ClientSession | undefined) {
    this.#database = database
    this.#session = session
  }

  /** The first read sets the moment. */
  async begin(): Promise<void> {
    const found = await this.#find(DELETED_CLIENTS, {}, { _id: 1 }, 0)
    this.#deleted = new Map(found.map((document) => [document._id, document]))
  }

  async slice<Name extends RowKind>(
    name: Name,
    limit: number,
    after?: string,
  ): Promise<readonly StoredRows[Name][]> {
    if (isTrailKind(name)) {
      const find = (...given: Parameters<Find>) => this.#find(...given)
      return (await trailSlice(name, find, { limit, after })) as readonly StoredRows[Name][] // of this name
    }
    const rows: unknown[] = []
    const field = FIELDS[name] ?? '_id'
    let last: unknown = after === undefined ? undefined : storedKey(name, after)
    while (rows.length < limit) {
      const filter = last === undefined ? {} : { [field]: { $gt: last } }
      const collection = name === 'usedOnce' ? USED_ONCE : KINDS[name as Simple].collection
      const wanted = limit - rows.length
      const most = Number.isFinite(wanted) ? wanted : 0 // to the server, 0 is no limit
      const found = await this.#find(collection, filter, { [field]: 1 }, most)
      for (const document of found)
        if (!this.#isGone(name, document)) rows.push(rowOf(name, document))
      if (found.length < wanted) break
      last = found.at(-1)?.[field]
    }
    return rows as StoredRows[Name][] // decoded by the kind of this name
  }

  #isGone(name: RowKind, document: Document): boolean {
    if (!OF_CLIENTS.has(name)) return false
    return isDead(this.#deleted.get(document.clientId), document[name === 'consent' ? 'id' : '_id'])
  }

  #find(...[collection, filter, sort, limit]: Parameters<Find>): Promise<Document[]> {
    const session = this.#session
    // Said for each collection: the client's own read concern goes before that of a session.
    const ofMoment = session === undefined ? {} : { readConcern: { level: 'snapshot' } as const }
    const options = session === undefined ? {} : { session }
    return reading(() =>
      this.#database
        .collection<Stored>(collection, ofMoment)
        .find(filter, { ...options, sort, limit })
        .toArray(),
    )
  }
}

function storedKey(name: RowKind, after: string): unknown {
  if (name === 'usedOnce') return JSON.stringify(partsOfUsedOnce(after))
  return TEXT_KEYS.has(name) ? after : uuid(after)
}

function rowOf(name: RowKind, document: Document): unknown {
  if (name !== 'usedOnce') return decode(KINDS[name as Simple] as Kind<object>, document)
  const [purpose, id] = JSON.parse(String(document._id)) as [string, string] // by `once.use`
  return Object.freeze({ purpose, id, expiresAt: document.expiresAt.getTime() / 1_000 })
}

async function everythingOf(rows: Rows): Promise<Snapshot> {
  const all = new Map<RowKind, readonly unknown[]>()
  for (const kind of ROW_KINDS) all.set(kind, await rows.slice(kind, Number.POSITIVE_INFINITY))
  return {
    rows: async (kind, { limit, after }) => {
      const found = (all.get(kind) ?? []) as readonly StoredRows[typeof kind][] // read as this kind
      const keys = found.map((row) => rowKey({ kind, row } as StoredRow))
      const start = after === undefined ? 0 : keys.indexOf(after) + 1
      return found.slice(start, start + limit)
    },
    close: async () => undefined,
  }
}

/** Collection by collection: whoever erases has left a note that the database is not to be served from. */
export async function eraseMongo(database: Db): Promise<void> {
  const names = Object.values(KINDS).map(({ collection }) => collection)
  for (const name of [...names, ...TRAIL_COLLECTIONS, USED_ONCE, DELETED_CLIENTS]) {
    await reading(() => database.collection(name).deleteMany({}))
  }
  for (const name of ['clients', 'keys', 'denylist']) {
    const versions = database.collection<Stored>(VERSIONS)
    await reading(() => versions.updateOne({ _id: name }, { $inc: { count: 1 } }, { upsert: true }))
  }
}
