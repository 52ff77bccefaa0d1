import type { SqlValue } from '../params.ts'
import type { StatementText } from '../plan.ts'
import type { Guard } from '../recipe.ts'
import type { Statement } from './link.ts'
import { arrayLiteral, bound, type ElementType } from './values.ts'

/** The types of all columns, read from the database: `tokens.hash` → `bytea`. */
export type ColumnTypes = ReadonlyMap<string, ElementType>

/**
 * How a statement may take part in a batch. `rows`: inserts of many units become one statement.
 * `row`: touches one row that its values name. `many`: anything else; its unit runs by itself.
 */
export type Shape = 'rows' | 'row' | 'many'

/**
 * Rows are locked in this order, then by key, by every batch of every process: two that want the
 * same rows wait for each other, never in a circle. What follows it not (a unit that runs by itself)
 * may be the victim of a deadlock, and is tried again.
 */
const LOCK_ORDER: readonly string[] = [
  'clients',
  'users',
  'sessions',
  'authorization_codes',
  'refresh_tokens',
  'token_families',
  'tokens',
  'used_once',
  'throttles',
  'logout_deliveries',
]

const INSERT = /^insert into "(\w+)" \(([^)]*)\) values \(([$\d, ]*)\)(.*)$/s
const TABLE = /^(?:update|delete from|select .*? from) "(\w+)"/s
const KEY = /"(?:id|key)" = \$(\d+)/
/** Clients are named by their public id; elsewhere that column names many rows. */
const CLIENT_KEY = /"client_id" = \$(\d+)/

/** A statement of the plan, ready for this dialect. */
export class PreparedStatement {
  readonly guard: Guard
  readonly shape: Shape
  readonly arity: number
  /** Where its table stands in the order of locks. */
  readonly rank: number
  /** It only keeps a row from being changed by others. */
  readonly isLock: boolean
  readonly #name: string
  readonly #text: string
  readonly #bytes: ReadonlySet<number>
  /** Position of the value that names the row. */
  readonly #key: number
  readonly #manyText: string
  readonly #types: readonly ElementType[]

  constructor(text: StatementText, number: number, columnTypes: ColumnTypes) {
    const insert = INSERT.exec(text.sql)
    const [, table = '', columnList = '', , clause = ''] = insert ?? TABLE.exec(text.sql) ?? []
    const columns = [...columnList.matchAll(/"(\w+)"/g)].map(([, name = '']) => name)
    const key =
      insert === null
        ? Number(
            ((table === 'clients' && CLIENT_KEY.exec(text.sql)) || KEY.exec(text.sql))?.[1] ?? 0,
          ) - 1
        : columns.findIndex((name) => name === 'id' || name === 'key')
    const isPlain = insert !== null && clause === '' && columns.length === text.arity
    const rank = LOCK_ORDER.indexOf(table)
    // A locked row stays until the commit: what a unit requires must still hold when it is written.
    this.#text = text.guard === 'exists' ? `${text.sql} for share` : text.sql
    this.#name = `s${number}`
    this.guard = text.guard
    this.arity = text.arity
    this.rank = rank
    this.isLock = text.guard === 'none' && text.sql.startsWith('select')
    this.shape = isPlain ? 'rows' : key >= 0 && rank >= 0 ? 'row' : 'many'
    this.#key = key
    this.#bytes = new Set(text.bytes)
    this.#types = isPlain ? columns.map((name) => typeOf(columnTypes, table, name)) : []
    const arrays = this.#types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')
    this.#manyText = `insert into "${table}" (${columnList}) select * from unnest(${arrays})`
  }

  keyOf(values: readonly SqlValue[]): string {
    return String(values[this.#key] ?? '')
  }

  one(values: readonly SqlValue[]): Statement {
    return {
      name: this.#name,
      text: this.#text,
      values: values.map((value, position) => bound(value, this.#bytes.has(position))),
    }
  }

  /** The same for statements that would do the same. */
  sameness(values: readonly SqlValue[]): string {
    return JSON.stringify([this.#name, ...values])
  }

  /** One insert of all `rows`. */
  many(rows: readonly (readonly SqlValue[])[]): Statement {
    return {
      name: `${this.#name}m`,
      text: this.#manyText,
      values: this.#types.map((type, column) =>
        arrayLiteral(
          type,
          rows.map((row) => row[column] ?? null),
        ),
      ),
    }
  }
}

function typeOf(types: ColumnTypes, table: string, column: string): ElementType {
  const type = types.get(`${table}.${column}`)
  if (type === undefined) throw new Error(`the database has no column ${table}.${column}`)
  return type
}
