import { createHash } from 'node:crypto'
import { paramList, paramsOf } from '../params.ts'
import type { PointRead } from '../point-read.ts'
import type { Read } from '../read.ts'
import type { Builder } from '../recipe.ts'
import type { ReadPool } from './read-pool.ts'
import { bound } from './values.ts'

/** Compiles `definition` once; each connection prepares it when it first runs there. */
export function prepareRead<Key, Row, Value>(
  pool: ReadPool,
  builder: Builder,
  definition: Read<Key, Row, Value>,
): PointRead<Key, Value> {
  const { sql: text, parameters } = definition.query(builder, paramsOf<Key>()).compile()
  const params = paramList<Key>(parameters)
  const name = `r${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
  return async (key) => {
    const values = params.map((param) => bound(param.read(key), param.isBytes))
    const { rows } = await pool.query({ name, text, values })
    const [row] = rows
    // Row is this query's own
    return row === undefined ? undefined : definition.value(row as Row, key)
  }
}
