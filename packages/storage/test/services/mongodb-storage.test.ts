import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshDatabase, SERVER } from '@grantd/testkit/mongodb'
import { type Db, MongoClient } from 'mongodb'
import { aClient, aToken, NOW } from '../../src/conformance/samples.ts'
import {
  findDamage,
  migrateUp,
  migrationPlan,
  migrationStatus,
  openStorage,
  readOnlyUrl,
} from '../../src/index.ts'

const SCRIPTS = [
  'V1__initial_schema.mongodb.js',
  'V2__notes.mongodb.js',
  'V5__outbox_and_audit.mongodb.js',
  'V6__denylist.mongodb.js',
  'V7__upstream_identities.mongodb.js',
]

async function inDatabase<Value>(name: string, use: (db: Db) => Promise<Value>): Promise<Value> {
  await using client = new MongoClient(SERVER)
  return await use(client.db(name))
}

describe('the schema of a MongoDB database', () => {
  test('is planned, applied once, and then nothing is left to do', async () => {
    await using database = await freshDatabase()
    assert.deepEqual(await migrationStatus(database.url), { applied: [], pending: SCRIPTS })
    const [plan] = await migrationPlan(database.url)
    assert.match(
      plan?.sql ?? '',
      /db\.users\.createIndex\(\{"usernameKey":1\}, \{"unique":true\}\)/,
    )
    assert.deepEqual(await migrateUp(database.url), { applied: SCRIPTS, version: '7' })
    assert.deepEqual(await migrateUp(database.url), { applied: [], version: '7' })
    const { applied, pending } = await migrationStatus(database.url)
    assert.deepEqual([applied.map(({ script }) => script), pending], [SCRIPTS, []])
  })

  test('is applied by one of many that start at once, and all find it done', async () => {
    await using database = await freshDatabase()
    const opened = await Promise.all(Array.from({ length: 5 }, () => openStorage(database.url)))
    const applied = opened.flatMap(({ migrations }) => migrations.applied)
    for (const storage of opened) await storage.close() // an open one would keep a failed test alive
    assert.deepEqual(applied, SCRIPTS)
  })

  test('a lock that a dead process left does not hold others for good', async () => {
    await using database = await freshDatabase()
    await inDatabase(database.name, (db) =>
      db
        .collection<{ _id: string }>('schema_history')
        .insertOne({ _id: 'lock', until: Date.now() - 1 } as { _id: string }),
    )
    assert.deepEqual((await migrateUp(database.url)).applied, SCRIPTS)
  })

  test('of a newer grantd is refused, and one with another text too', async () => {
    await using database = await freshDatabase()
    await migrateUp(database.url)
    const change = (update: object) =>
      inDatabase(database.name, (db) =>
        db.collection<{ _id: string }>('schema_history').updateOne({ _id: '1' }, update),
      )
    await change({ $set: { checksum: 5 } })
    await assert.rejects(openStorage(database.url), { code: 'E_MIGRATION_CHANGED' })
    await inDatabase(database.name, (db) =>
      db
        .collection<{ _id: string }>('schema_history')
        .insertOne({ _id: '99', rank: 0, script: 'V99__x', checksum: 1 } as { _id: string }),
    )
    await assert.rejects(openStorage(database.url), { code: 'E_MIGRATION_UNKNOWN' })
  })

  test('deletes by itself what has expired, after grantd would', async () => {
    await using database = await freshDatabase()
    await migrateUp(database.url)
    const ttlOf = async (name: string) =>
      (await inDatabase(database.name, (db) => db.collection(name).indexes())).find(
        ({ key }) => 'expiresAt' in key,
      )?.expireAfterSeconds
    assert.equal(await ttlOf('tokens'), 3_600)
    assert.equal(await ttlOf('authorization_codes'), 90_000)
    assert.equal(await ttlOf('token_families'), undefined)
  })

  test('without its indexes is damaged', async () => {
    await using database = await freshDatabase()
    await using sound = await freshDatabase()
    await migrateUp(sound.url)
    assert.deepEqual(await findDamage(sound.url), [])
    await inDatabase(database.name, async (db) => {
      await db.collection('sessions').insertOne({})
      await db.collection('users').createIndex({ usernameKey: 1 })
    })
    const damage = (await findDamage(database.url)).join('\n')
    assert.match(damage, /"usernameKey":1\} of users is not unique/)
    assert.match(damage, /"userId":1\} of sessions is missing.*db\.sessions\.createIndex/)
    assert.match(damage, /"familyId":1\} of tokens is missing/)
  })
})

describe('a MongoDB database opened for reading only', () => {
  test('reads, writes nothing, and is refused before its schema is there', async () => {
    await using database = await freshDatabase()
    const readOnly = readOnlyUrl(database.url)
    await assert.rejects(openStorage(readOnly), /grantd migrate up/)
    const writer = await openStorage(database.url)
    const client = aClient()
    await writer.commit([{ kind: 'client.insert', client }])
    const reader = await openStorage(readOnly)
    assert.deepEqual(await reader.clients.find(client.id), client)
    const commit = reader.commit([{ kind: 'token.insert', token: aToken() }])
    await assert.rejects(commit, { name: 'StorageError', kind: 'unavailable' })
    assert.equal(await reader.purgeExpired(NOW, 100), 0)
    await reader.close()
    await writer.close()
  })
})

test('a document that is none of ours is corrupt, not absent', async () => {
  await using database = await freshDatabase()
  const storage = await openStorage(database.url)
  await inDatabase(database.name, (db) =>
    db
      .collection<{ _id: string }>('clients')
      .insertOne({ _id: 'odd', rowId: 'text', metadata: '{' } as { _id: string }),
  )
  const find = storage.clients.find('odd' as ReturnType<typeof aClient>['id'])
  await assert.rejects(find, { name: 'StorageError', kind: 'corrupt' })
  await storage.close()
})
