// Expand, then contract (docs/guide/migrations.md): a program of the former schema goes on working while
// the next one starts, so a migration only ever adds.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { migrateSqlite, sqliteMigrationFiles } from '../sql/sqlite/migrate.ts'
import { migrationFiles } from './files.ts'

const folderOf = (dialect: string) => new URL(`../sql/migrations/${dialect}/`, import.meta.url)

/** What Flyway 10.22.0 recorded when it applied the files itself (scripts/flyway.sh). */
const RECORDED: Readonly<Record<string, readonly number[]>> = {
  sqlite: [247181576, -57429165, 1298123354, -1027368902, -1122972611, -691797430, 748300759],
  postgres: [1728777543, 1870746782, -2032491315, 1893738440, -1335593785, 1130747385, -2004878398],
}

for (const [dialect, checksums] of Object.entries(RECORDED)) {
  test(`${dialect}: files that were released have the checksums of the real Flyway`, () => {
    const files = migrationFiles(folderOf(dialect)).slice(0, checksums.length)
    assert.deepEqual(
      files.map(({ checksum }) => checksum),
      checksums,
      'an applied file must not change: put it back, and write a new one',
    )
  })

  test(`${dialect}: no file takes away or narrows what a former program uses`, () => {
    for (const { script, sql } of migrationFiles(folderOf(dialect))) {
      const statements = sql.replaceAll(/--.*$/gm, '').split(';')
      for (const statement of statements) {
        const text = statement.trim().replaceAll(/\s+/g, ' ')
        const where = `${script}: ${text}`
        assert.doesNotMatch(text, /\b(DROP|RENAME|TRUNCATE|DELETE|SET NOT NULL)\b/i, where)
        assert.doesNotMatch(text, /\bALTER COLUMN\b/i, where)
        if (/^ALTER TABLE .* ADD COLUMN/i.test(text)) {
          assert.ok(!/NOT NULL/i.test(text) || /DEFAULT/i.test(text), `${where} needs a default`)
        }
      }
    }
  })
}

interface Column {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
}

describe('SQLite: a program of each former schema on the newest one', () => {
  const files = sqliteMigrationFiles()
  const schemaAfter = (count: number) => {
    const database = new DatabaseSync(':memory:')
    migrateSqlite(database, files.slice(0, count))
    return database
  }

  for (let count = 1; count < files.length; count++) {
    test(`every table, column and key of version ${files[count - 1]?.version} is still there`, () => {
      using before = schemaAfter(count)
      using now = schemaAfter(files.length)
      for (const table of tablesOf(before)) {
        const columns = columnsOf(now, table)
        const former = columnsOf(before, table)
        for (const column of former) {
          const same = columns.find(({ name }) => name === column.name)
          assert.deepEqual(same, column, `${table}.${column.name}`)
        }
        const added = columns.filter(({ name }) => !former.some((column) => column.name === name))
        for (const { name, isRequired } of added) {
          assert.ok(!isRequired, `${table}.${name}: a former program leaves it out`)
        }
        // With a column that a former program leaves empty, a key forbids it nothing: no NULL equals another.
        const keys = uniqueKeysOf(now, table).filter(
          (key) => !key.split(',').some((part) => added.some(({ name }) => name === part)),
        )
        assert.deepEqual(keys, uniqueKeysOf(before, table), table)
      }
    })
  }

  test('the statements of the program that came with version 3 can be prepared', () => {
    using now = schemaAfter(files.length)
    const fixture = new URL('../../test/fixtures/statements-v3.sql', import.meta.url)
    const statements = readFileSync(fixture, 'utf8').trimEnd().split('\n')
    assert.ok(statements.length > 80)
    for (const sql of statements) assert.doesNotThrow(() => now.prepare(sql), sql)
  })
})

const names = (database: DatabaseSync, sql: string) =>
  database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name))

const tablesOf = (database: DatabaseSync) =>
  names(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'flyway%'")

function columnsOf(database: DatabaseSync, table: string): Column[] {
  const rows = database.prepare(`PRAGMA table_info(${table})`).all()
  return rows.map(({ name, type, notnull, dflt_value }) => ({
    name: String(name),
    type: String(type),
    isRequired: notnull === 1 && dflt_value === null,
  }))
}

/** `ON CONFLICT` names them: neither may one go, nor may a further one forbid what was allowed. */
function uniqueKeysOf(database: DatabaseSync, table: string): string[] {
  const indexes = database.prepare(`PRAGMA index_list(${table})`).all()
  return indexes
    .filter(({ unique }) => unique === 1)
    .map(({ name }) => names(database, `PRAGMA index_info(${name})`).join(','))
    .sort()
}
