import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { flywayChecksum } from '../../migrations/checksum.ts'
import { compareVersions, type MigrationFile } from '../../migrations/files.ts'
import { migrateUp, migrationPlan, migrationStatus, openStorage } from '../../registry.ts'
import { migrateSqlite, readHistory, sqliteMigrationFiles } from './migrate.ts'
import { temporaryFolder } from './testing.ts'

function file(version: string, sql: string): MigrationFile {
  const script = `V${version}__test.sql`
  return { version, description: 'test', script, checksum: flywayChecksum(sql), sql }
}

const tables = (database: DatabaseSync) =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name)

describe('migrations', () => {
  test('leave a history that the Flyway command line agrees with', () => {
    using database = new DatabaseSync(':memory:')
    migrateSqlite(database, [file('1', 'CREATE TABLE a (x INT);')])
    const report = migrateSqlite(database, [
      file('1', 'CREATE TABLE a (x INT);\r\n'),
      file('1.1', 'CREATE TABLE b (x INT);'),
    ])
    assert.deepEqual(report, { applied: ['V1.1__test.sql'], version: '1.1' })
    const rows = database.prepare('SELECT * FROM flyway_schema_history').all()
    const [first, second] = rows
    assert.equal(rows.length, 2)
    assert.deepEqual(
      [first?.installed_rank, first?.version, first?.type, first?.script, first?.success],
      [1, '1', 'SQL', 'V1__test.sql', 1],
    )
    assert.equal(first?.checksum, flywayChecksum('CREATE TABLE a (x INT);'))
    assert.equal(second?.installed_rank, 2)
    assert.match(String(second?.installed_on), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/)
  })

  test('go in the order of their version numbers', () => {
    assert.deepEqual(['10', '1.2', '2', '1'].toSorted(compareVersions), ['1', '1.2', '2', '10'])
  })

  test('refuse an applied file whose text has changed', () => {
    using database = new DatabaseSync(':memory:')
    migrateSqlite(database, [file('1', 'CREATE TABLE a (x INT);')])
    assert.throws(() => migrateSqlite(database, [file('1', 'CREATE TABLE a (y INT);')]), {
      name: 'MigrationError',
      code: 'E_MIGRATION_CHANGED',
    })
  })

  test('refuse a database that is newer than the program', () => {
    using database = new DatabaseSync(':memory:')
    const [one, two] = [file('1', 'SELECT 1;'), file('2', 'SELECT 2;')]
    migrateSqlite(database, [one, two])
    assert.throws(() => migrateSqlite(database, [one]), { code: 'E_MIGRATION_UNKNOWN' })
  })

  test('that fail leave the database as it was', () => {
    using database = new DatabaseSync(':memory:')
    const files = [file('1', 'CREATE TABLE a (x INT);'), file('2', 'CREATE TABLE b (x INT); oops;')]
    assert.throws(() => migrateSqlite(database, files), {
      code: 'E_MIGRATION_FAILED',
      message: /V2__test\.sql: .*oops/,
    })
    assert.deepEqual(tables(database), [])
    assert.equal(database.isTransaction, false)
  })

  test('start after a baseline that Flyway set', () => {
    using database = new DatabaseSync(':memory:')
    migrateSqlite(database, [file('0', 'SELECT 1;')])
    database.exec(
      "UPDATE flyway_schema_history SET type = 'BASELINE', version = '1', script = '<< Flyway Baseline >>'",
    )
    const files = [file('1', 'oops;'), file('2', 'CREATE TABLE b (x INT);')]
    assert.deepEqual(migrateSqlite(database, files).applied, ['V2__test.sql'])
    assert.equal(readHistory(database).length, 2)
  })

  test('can be looked at without changing anything, then applied', async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    const url = `sqlite:${path}`
    const [planned] = await migrationPlan(url)
    assert.match(planned?.sql ?? '', /CREATE TABLE tokens/)
    assert.deepEqual(await migrationStatus(url), {
      applied: [],
      pending: sqliteMigrationFiles().map(({ script }) => script),
    })
    assert.ok(!existsSync(path))
    const scripts = sqliteMigrationFiles().map(({ script }) => script)
    assert.deepEqual((await migrateUp(url)).applied, scripts)
    assert.deepEqual(await migrationPlan(url), [])
    const { applied } = await migrationStatus(url)
    assert.equal(applied[0]?.checksum, planned?.checksum)
    const storage = await openStorage(url)
    assert.deepEqual(storage.migrations.applied, [])
    await storage.close()
  })

  test('a database without the schema is not opened for reading only', async () => {
    using folder = temporaryFolder()
    const path = folder.path('a.db')
    new DatabaseSync(path).exec('CREATE TABLE a (x INT)')
    await assert.rejects(openStorage(`sqlite:${path}?mode=ro`), { code: 'E_MIGRATION_FAILED' })
  })
})
