import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshDatabase, SERVER, session, sql } from '@grantd/testkit/postgres'
import {
  aClient,
  aCode,
  aFamily,
  aRefreshToken,
  aToken,
  NOW,
} from '../../src/conformance/samples.ts'
import {
  migrateUp,
  migrationPlan,
  migrationStatus,
  openStorage,
  readOnlyUrl,
} from '../../src/index.ts'

const insert = () => ({ kind: 'token.insert', token: aToken() }) as const
const nameOf = (url: string) => new URL(url).pathname.slice(1)

describe('migrations of PostgreSQL', () => {
  test('can be looked at without changing anything, then applied, as Flyway records it', async () => {
    await using database = await freshDatabase()
    const [planned] = await migrationPlan(database.url)
    assert.match(planned?.sql ?? '', /CREATE TABLE tokens/)
    assert.deepEqual(
      await sql(database.url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'"),
      [],
    )
    const scripts = (await migrationPlan(database.url)).map(({ script }) => script)
    assert.deepEqual((await migrateUp(database.url)).applied, scripts)
    assert.deepEqual(await migrationPlan(database.url), [])
    const { applied, pending } = await migrationStatus(database.url)
    assert.deepEqual([applied[0]?.checksum, pending], [planned?.checksum, []])
    const [row] = await sql(
      database.url,
      'SELECT * FROM flyway_schema_history ORDER BY installed_rank',
    )
    assert.deepEqual(
      [row?.installed_rank, row?.version, row?.type, row?.installed_by, row?.success],
      [1, '1', 'SQL', 'grantd', true],
    )
  })

  test('of processes that start at once are applied once', async () => {
    await using database = await freshDatabase()
    const storages = await Promise.all([1, 2, 3].map(() => openStorage(database.url)))
    const applied = storages.flatMap(({ migrations }) => migrations.applied)
    assert.ok(applied.length > 0)
    assert.equal(new Set(applied).size, applied.length)
    for (const storage of storages) await storage.close()
  })

  test('a database that is newer than the program is refused and left alone', async () => {
    await using database = await freshDatabase()
    await migrateUp(database.url)
    await sql(
      database.url,
      `INSERT INTO flyway_schema_history VALUES (99, '99', 'x', 'SQL', 'V99__x.sql', 1, 'x', now(), 1, true)`,
    )
    await assert.rejects(openStorage(database.url), { code: 'E_MIGRATION_UNKNOWN' })
  })
})

describe('sessions of PostgreSQL', () => {
  test('commit durably, at READ COMMITTED and in UTC, whatever the database says', async () => {
    await using database = await freshDatabase()
    const name = nameOf(database.url)
    await sql(
      database.url,
      `ALTER DATABASE ${name} SET synchronous_commit = off;
       ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable';
       ALTER DATABASE ${name} SET default_transaction_read_only = on;
       ALTER DATABASE ${name} SET timezone = 'Asia/Tokyo'`,
    )
    const storage = await openStorage(database.url)
    const change = insert()
    assert.deepEqual(await storage.commit([change]), { outcome: 'committed' })
    assert.ok(await storage.tokens.find(change.token.id))
    await storage.close()
  })

  test('a database that does not exist, or a user, is refused at once', async () => {
    const [database, user] = [new URL(SERVER), new URL(SERVER)]
    database.pathname = '/no_such'
    user.username = 'nobody'
    for (const { href } of [database, user]) {
      await assert.rejects(openStorage(href), { name: 'StorageError', message: /does not exist/ })
    }
  })

  test('a database in another encoding is refused, with the remedy', async () => {
    await using database = await freshDatabase("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    await assert.rejects(openStorage(database.url), { message: /LATIN1.*ENCODING 'UTF8'/ })
  })

  test('bear the name that operators look for, and are as few as allowed', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(`${database.url}?application_name=grantd-7`, {
      maxConnections: 4,
    })
    const changes = Array.from({ length: 200 }, insert)
    await Promise.all(changes.map((change) => storage.commit([change])))
    await Promise.all(changes.map(({ token }) => storage.tokens.find(token.id)))
    const rows = await sql(
      database.url,
      "SELECT application_name FROM pg_stat_activity WHERE application_name = 'grantd-7'",
    )
    assert.ok(rows.length >= 3 && rows.length <= 4, `${rows.length} connections`)
    await storage.close()
  })
})

describe('a PostgreSQL storage', () => {
  test('shares commits, and finishes what was submitted before close', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    await Promise.all(Array.from({ length: 300 }, () => storage.commit([insert()])))
    assert.equal(storage.statistics().batches, 1)
    const last = Array.from({ length: 9 }, () => storage.commit([insert()]))
    await Promise.all([storage.close(), ...last])
    await assert.rejects(storage.commit([insert()]), { kind: 'unavailable' })
    await assert.rejects(storage.ping(), { kind: 'unavailable' })
    await storage.close()
  })

  test('refuses units beyond the bound of its queue and keeps the rest', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url, { queueMax: 10 })
    const results = await Promise.allSettled(
      Array.from({ length: 15 }, () => storage.commit([insert()])),
    )
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 5)
    await storage.close()
  })

  test('half a win is undone: a rotation in a family revoked meanwhile leaves no trace', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    const families = [aFamily({ revokedAt: NOW }), aFamily()]
    const tokens = families.map(({ id }) => aRefreshToken({ familyId: id }))
    for (const family of families) await storage.commit([{ kind: 'family.insert', family }])
    for (const refreshToken of tokens)
      await storage.commit([{ kind: 'refresh.insert', refreshToken }])
    const results = await Promise.all(
      tokens.map(({ id, familyId }) =>
        storage.commit([
          { kind: 'refresh.rotate', id, at: NOW, successorSealed: 'x' },
          { kind: 'family.requireLive', id: familyId },
          insert(),
        ]),
      ),
    )
    assert.deepEqual(results, [{ outcome: 'refused', index: 1 }, { outcome: 'committed' }])
    const used = await Promise.all(tokens.map(({ id }) => storage.refreshTokens.find(id)))
    assert.deepEqual(
      used.map((found) => found?.refreshToken.usedAt),
      [undefined, NOW],
    )
    await storage.close()
  })

  test('a row that somebody else holds delays its own unit only, and not for ever', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(`${database.url}?lock_timeout=200`)
    const codes = [aCode(), aCode()]
    for (const code of codes) await storage.commit([{ kind: 'code.insert', code }])
    const id = Buffer.from(codes[0]?.id ?? '', 'base64url').toString('hex')
    const holder = await session(database.url)
    await holder.query(`BEGIN; SELECT 1 FROM authorization_codes WHERE id = '\\x${id}' FOR UPDATE`)
    const results = await Promise.allSettled(
      codes.map(({ id }) => storage.commit([{ kind: 'code.consume', id, at: NOW }])),
    )
    assert.deepEqual(
      results.map((result) =>
        result.status === 'fulfilled' ? result.value.outcome : result.reason.kind,
      ),
      ['unavailable', 'committed'],
    )
    await holder.end()
    await storage.close()
  })

  test('deleting a client and redeeming its codes never leaves a grant behind', async () => {
    await using database = await freshDatabase()
    const [one, two] = [await openStorage(database.url), await openStorage(database.url)]
    for (let round = 0; round < 30; round++) {
      const client = aClient()
      const codes = Array.from({ length: 8 }, () => aCode({ clientId: client.id }))
      await one.commit([{ kind: 'client.insert', client }])
      for (const code of codes) await one.commit([{ kind: 'code.insert', code }])
      await Promise.all([
        two.commit([{ kind: 'client.delete', clientId: client.id }]),
        ...codes.map(({ id, familyId }) =>
          one.commit([
            { kind: 'code.consume', id, at: NOW },
            { kind: 'family.insert', family: aFamily({ id: familyId, clientId: client.id }) },
          ]),
        ),
      ])
      for (const { familyId } of codes) assert.equal(await one.families.find(familyId), undefined)
    }
    await one.close()
    await two.close()
  })

  test('opened for reading only, reads and never writes', async () => {
    await using database = await freshDatabase()
    await assert.rejects(openStorage(readOnlyUrl(database.url)), { code: 'E_MIGRATION_FAILED' })
    const writer = await openStorage(database.url)
    const change = insert()
    await writer.commit([change])
    const reader = await openStorage(readOnlyUrl(`${database.url}?application_name=x`))
    assert.ok(await reader.tokens.find(change.token.id))
    await assert.rejects(reader.commit([insert()]), { kind: 'unavailable' })
    await reader.ping()
    await Promise.all([reader.close(), writer.close()])
  })

  test('reads go on when a newer version adds a column', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    const change = insert()
    await storage.commit([change])
    assert.ok(await storage.tokens.find(change.token.id))
    await sql(database.url, 'ALTER TABLE tokens ADD COLUMN later text')
    assert.deepEqual((await storage.tokens.find(change.token.id))?.token, change.token)
    assert.deepEqual(await storage.commit([insert()]), { outcome: 'committed' })
    await storage.close()
  })

  test('asks a replica for lists only, and the primary when no replica answers', async () => {
    await using primary = await freshDatabase()
    await using replica = await freshDatabase()
    // The "replica" is a database of its own here, so that one sees who answered.
    const behind = await openStorage(replica.url)
    await behind.commit([{ kind: 'client.insert', client: aClient({ name: 'from the replica' }) }])
    await behind.close()
    const storage = await openStorage(primary.url, { readUrl: replica.url })
    const client = aClient({ name: 'from the primary' })
    await storage.commit([{ kind: 'client.insert', client }])
    assert.deepEqual(
      (await storage.clients.list({ limit: 9 })).map(({ name }) => name),
      ['from the replica'],
    )
    assert.equal((await storage.clients.find(client.id))?.name, 'from the primary')
    assert.equal((await storage.versions()).clients, 1)
    await storage.close()
    const lonely = await openStorage(primary.url, { readUrl: 'postgresql://grantd@127.0.0.1:9/x' })
    assert.deepEqual(
      (await lonely.clients.list({ limit: 9 })).map(({ name }) => name),
      ['from the primary'],
    )
    await lonely.close()
  })
})
