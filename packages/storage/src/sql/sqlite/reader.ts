import type { DatabaseSync } from 'node:sqlite'
import { paramList, paramsOf } from '../params.ts'
import type { PointRead } from '../point-read.ts'
import type { Read } from '../read.ts'
import type { Builder } from '../recipe.ts'
import { readError } from './errors.ts'

/** Prepares `definition` on a read connection for as long as that is open. */
export function prepareRead<Key, Row, Value>(
  database: DatabaseSync,
  builder: Builder,
  definition: Read<Key, Row, Value>,
): PointRead<Key, Value> {
  const { sql, parameters } = definition.query(builder, paramsOf<Key>()).compile()
  const params = paramList<Key>(parameters)
  const statement = database.prepare(sql)
  return async (key) => {
    try {
      const values = params.map((param) => {
        const value = param.read(key)
        return param.isBytes && typeof value === 'string' ? Buffer.from(value, 'base64url') : value
      })
      const row = statement.get(...values)
      return row === undefined ? undefined : definition.value(row as Row) // Row is this query's own
    } catch (error) {
      throw readError(error)
    }
  }
}
