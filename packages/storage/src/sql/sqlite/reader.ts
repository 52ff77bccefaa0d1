import type { DatabaseSync } from 'node:sqlite'
import { type Param, paramList, paramsOf } from '../params.ts'
import type { PointRead } from '../point-read.ts'
import type { Read } from '../read.ts'
import type { Builder } from '../recipe.ts'
import { readError } from './errors.ts'
import { rowView } from './row-view.ts'
import type { SharedLook } from './shared-look.ts'

/** A connection for reading, on the calling thread. */
export interface ReadConnection {
  readonly database: DatabaseSync
  readonly builder: Builder
  readonly look: SharedLook
}

/** Prepares `definition` on a read connection for as long as that is open. */
export function prepareRead<Key, Row, Value>(
  { database, builder, look }: ReadConnection,
  definition: Read<Key, Row, Value>,
): PointRead<Key, Value> {
  const { sql, parameters } = definition.query(builder, paramsOf<Key>()).compile()
  const params = paramList<Key>(parameters)
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  const Columns = rowView(statement.columns().map(({ name }) => name))
  const only = params.length === 1 ? params[0] : undefined
  return async (key) => {
    try {
      look.open()
      const values =
        only === undefined
          ? statement.get(...params.map((param) => bound(param, key)))
          : statement.get(bound(only, key))
      if (values === undefined) return undefined
      // Lists were asked for, and Row is this query's own.
      return definition.value(new Columns(values as unknown as unknown[]) as Row, key)
    } catch (error) {
      throw readError(error)
    }
  }
}

function bound<Key>(param: Param<Key>, key: Key): string | number | Uint8Array | null {
  const value = param.read(key)
  return param.isBytes && typeof value === 'string' ? Buffer.from(value, 'base64url') : value
}
