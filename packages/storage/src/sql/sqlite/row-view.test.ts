import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { rowView } from './row-view.ts'

test('columns of a row are read by the names of its own statement', () => {
  const database = new DatabaseSync(':memory:')
  const rowOf = (sql: string) => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    const Columns = rowView(statement.columns().map(({ name }) => name))
    return new Columns(statement.get() as unknown as unknown[]) as Record<string, unknown>
  }
  const one = rowOf("SELECT 1 AS a, NULL AS b, x'00ff' AS c")
  const other = rowOf("SELECT 'text' AS c, 2.5 AS a")
  assert.deepEqual([one.a, one.b, one.c], [1, null, Uint8Array.of(0, 255)])
  assert.deepEqual([other.a, other.c, other.b], [2.5, 'text', undefined])
  database.close()
})
