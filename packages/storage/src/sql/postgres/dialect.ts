import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Schema } from '../schema.ts'
import type { ReadPool } from './read-pool.ts'
import { storedText } from './values.ts'

/** Where reads go: the pool, or one connection with a transaction on it. */
type Reader = Pick<ReadPool, 'query'>

/** Kysely for PostgreSQL: for compiling, and with a reader for lists that are not hot. */
export function postgresBuilder(pool: Reader | undefined): Kysely<Schema> {
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new ReadDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
  return new Kysely<Schema>({ dialect })
}

/** Transactions and releases are empty: every read stands alone. */
class ReadDriver extends DummyDriver {
  readonly #connection: DatabaseConnection

  constructor(pool: Reader | undefined) {
    super()
    this.#connection = new ReadConnection(pool)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
}

class ReadConnection implements DatabaseConnection {
  readonly #pool: Reader | undefined

  constructor(pool: Reader | undefined) {
    this.#pool = pool
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#pool === undefined) throw new Error('this builder only compiles')
    const values = query.parameters.map((value) =>
      typeof value === 'string' ? storedText(value) : value,
    )
    const { rows } = await this.#pool.query({ text: query.sql, values })
    return { rows: rows as Row[] } // Row is what Kysely derived from this very query
  }

  // biome-ignore lint/correctness/useYield: lists are bounded by their page and never streamed
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming is not supported')
  }
}
