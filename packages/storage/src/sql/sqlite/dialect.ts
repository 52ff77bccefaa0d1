import type { DatabaseSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from '../schema.ts'
import { readError } from './errors.ts'

/** Kysely on a read-only node:sqlite connection: for compiling, and for lists that are not hot. */
export function sqliteBuilder(database: DatabaseSync): Kysely<Schema> {
  const connection = new ReadConnection(database)
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ReadDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<Schema>({ dialect })
}

/** Transactions and releases are empty: every read stands alone. */
class ReadDriver extends DummyDriver {
  readonly #connection: DatabaseConnection

  constructor(connection: DatabaseConnection) {
    super()
    this.#connection = connection
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
}

type Bindable = string | number | Uint8Array | null

class ReadConnection implements DatabaseConnection {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const values = query.parameters as readonly Bindable[] // the schema has no other column types
      const rows = this.#database.prepare(query.sql).all(...values)
      return { rows: rows as Row[] } // Row is what Kysely derived from this very query
    } catch (error) {
      throw readError(error)
    }
  }

  // biome-ignore lint/correctness/useYield: lists are bounded by their page and never streamed
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming is not supported')
  }
}
