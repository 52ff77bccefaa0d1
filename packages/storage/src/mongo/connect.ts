import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import type { StorageOptions } from '../options.ts'
import { Availability } from './availability.ts'
import { connectFailure, openingFailure } from './opening-failure.ts'
import { admitStandalone } from './standalone.ts'
import { type MongoLocation, parseMongoUrl } from './url.ts'

/** Safety is fixed; times and sizes are defaults that the URL may change. */
const SAFETY: MongoClientOptions = {
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
  ignoreUndefined: false,
  promoteValues: true,
}

/** What the URL may change. */
const defaultsOf = (options: StorageOptions): readonly (readonly [string, number])[] => [
  ['maxPoolSize', options.maxConnections ?? 50],
  ['minPoolSize', options.minConnections ?? 1],
  ['maxIdleTimeMS', options.idleTimeoutMs ?? 600_000],
  ['waitQueueTimeoutMS', options.acquireTimeoutMs ?? 30_000],
  ['serverSelectionTimeoutMS', options.acquireTimeoutMs ?? 30_000],
  ['connectTimeoutMS', 10_000],
  ['socketTimeoutMS', 30_000],
]

export interface Connection {
  readonly location: MongoLocation
  readonly client: MongoClient
  readonly database: Db
  readonly availability: Availability
}

/**
 * Connects, finds out what kind of server it is and whether it will do. Throws an Error for the URL, or
 * StorageError.
 */
export async function connect(url: string, options: StorageOptions = {}): Promise<Connection> {
  const location = parseMongoUrl(url)
  const given = new Set(location.options.map((name) => name.toLowerCase()))
  const defaults = defaultsOf(options).filter(([name]) => !given.has(name.toLowerCase()))
  const client = clientOf(location, { ...SAFETY, ...Object.fromEntries(defaults) })
  const availability = new Availability(client)
  try {
    await client.connect()
    const database = client.db(location.database)
    // The driver connects lazily where it can; this waits for a server that takes writes.
    await database.command({ ping: 1 })
    if (availability.isStandalone) admitStandalone(location.name, options)
    return { location, client, database, availability }
  } catch (error) {
    await client.close()
    throw connectFailure(location, error)
  }
}

function clientOf(location: MongoLocation, options: MongoClientOptions): MongoClient {
  try {
    return new MongoClient(location.url, options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the MongoDB URL of ${location.name} cannot be used: ${reason}`)
  }
}

/** Opens, does one thing, closes. */
export async function withDatabase<Value>(
  url: string,
  use: (database: Db) => Promise<Value>,
  options: StorageOptions = {},
): Promise<Value> {
  const { client, database, location } = await connect(url, options)
  try {
    return await use(database)
  } catch (error) {
    throw openingFailure(location, error)
  } finally {
    await client.close()
  }
}
