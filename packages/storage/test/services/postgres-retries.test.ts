import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshDatabase, session, sql } from '@grantd/testkit/postgres'
import { aClient, aCode, aFamily, aToken, NOW } from '../../src/conformance/samples.ts'
import { type OpenedStorage, openStorage } from '../../src/index.ts'

const insert = () => ({ kind: 'token.insert', token: aToken() }) as const
const hex = (id: string) => Buffer.from(id, 'base64url').toString('hex')

/** A trigger on `tokens` that runs `body`, at once or at COMMIT. */
const trigger = (body: string, when: 'at once' | 'at COMMIT') => `
  CREATE SEQUENCE times;
  CREATE FUNCTION interfere() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN ${body} RETURN NEW; END $$;
  CREATE ${when === 'at once' ? '' : 'CONSTRAINT'} TRIGGER interfere AFTER INSERT ON tokens
    ${when === 'at once' ? '' : 'DEFERRABLE INITIALLY DEFERRED'}
    FOR EACH ROW EXECUTE FUNCTION interfere()`

describe('what a PostgreSQL server may answer', () => {
  for (const when of ['at once', 'at COMMIT'] as const) {
    test(`serialization failures ${when} are repeated, and end in one row`, async () => {
      await using database = await freshDatabase()
      const storage = await openStorage(database.url)
      const body = `IF nextval('times') < 4 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;`
      await sql(database.url, trigger(body, when))
      const change = insert()
      assert.deepEqual(await storage.commit([change]), { outcome: 'committed' })
      assert.deepEqual(await sql(database.url, 'SELECT count(*)::int AS rows FROM tokens'), [
        { rows: 1 },
      ])
      await storage.close()
    })
  }

  test('failures without end are unavailable, and write nothing', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    const body = "RAISE EXCEPTION 'again' USING ERRCODE = '40001';"
    await sql(database.url, trigger(body, 'at once'))
    await assert.rejects(storage.commit([insert()]), { kind: 'unavailable' })
    assert.deepEqual(await sql(database.url, 'SELECT 1 FROM tokens'), [])
    await storage.close()
  })

  test('a COMMIT with a warning is not believed', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    await sql(database.url, trigger("RAISE WARNING 'not replicated';", 'at COMMIT'))
    await assert.rejects(storage.commit([insert()]), { kind: 'unknown' })
    const unit = [insert(), { kind: 'family.insert', family: aFamily() }] as const
    await assert.rejects(storage.commit(unit), { kind: 'unknown' })
    await storage.close()
  })

  test('a table that is locked refuses a whole batch in about the time of one wait', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(`${database.url}?lock_timeout=300`)
    const stranger = await session(database.url)
    await stranger.query('BEGIN; LOCK TABLE tokens IN ACCESS EXCLUSIVE MODE')
    const startedAt = performance.now()
    const commits = Array.from({ length: 128 }, () => storage.commit([insert()]))
    for (const result of await Promise.allSettled(commits)) {
      assert.equal(result.status === 'rejected' && result.reason.kind, 'unavailable')
    }
    // One wait for each of the 128 would be half a minute and more.
    assert.ok(performance.now() - startedAt < 10_000, `${performance.now() - startedAt} ms`)
    await stranger.query('ROLLBACK')
    assert.deepEqual(await storage.commit([insert()]), { outcome: 'committed' })
    await stranger.end()
    await storage.close()
  })

  test('a row that is locked delays its own unit; those beside it are written', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(`${database.url}?lock_timeout=300`)
    const codes = Array.from({ length: 16 }, () => aCode())
    await storage.commit(codes.map((code) => ({ kind: 'code.insert', code })))
    const [locked] = codes
    assert.ok(locked)
    const stranger = await session(database.url)
    await stranger.query('BEGIN')
    const row = await stranger.query(
      `SELECT 1 FROM authorization_codes WHERE id = '\\x${hex(locked.id)}' FOR UPDATE`,
    )
    assert.equal(row.rowCount, 1)
    const outcomes = await Promise.all(
      codes.map(({ id }) =>
        storage.commit([{ kind: 'code.consume', id, at: NOW }, insert()]).then(
          ({ outcome }) => outcome,
          ({ kind }) => kind,
        ),
      ),
    )
    assert.deepEqual(outcomes, ['unavailable', ...codes.slice(1).map(() => 'committed')])
    await stranger.query('ROLLBACK')
    await stranger.end()
    await storage.close()
  })

  test('a twin beside many locked rows is the only conflict, however late it is found', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(`${database.url}?lock_timeout=300`)
    const codes = Array.from({ length: 32 }, () => aCode())
    const twin = insert()
    await storage.commit([...codes.map((code) => ({ kind: 'code.insert', code }) as const), twin])
    const stranger = await session(database.url)
    await stranger.query('BEGIN; SELECT 1 FROM authorization_codes FOR UPDATE')
    const said = (unit: Parameters<typeof storage.commit>[0]) =>
      storage.commit(unit).then(
        ({ outcome }) => outcome,
        ({ kind }) => kind,
      )
    const [consumed, inserted] = await Promise.all([
      Promise.all(codes.map(({ id }) => said([{ kind: 'code.consume', id, at: NOW }, insert()]))),
      Promise.all(Array.from({ length: 32 }, (_, n) => said([n === 5 ? twin : insert()]))),
    ])
    assert.deepEqual(new Set(consumed), new Set(['unavailable']))
    assert.deepEqual(
      inserted,
      inserted.map((_, n) => (n === 5 ? 'conflict' : 'committed')),
    )
    await stranger.query('ROLLBACK')
    await stranger.end()
    await storage.close()
  })

  test('a deadlock with a stranger is repeated', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    const [code, family] = [aCode(), aFamily()]
    await storage.commit([
      { kind: 'code.insert', code },
      { kind: 'family.insert', family },
    ])
    // It holds the family and wants the code; the unit holds the code and wants the family.
    const stranger = await session(database.url)
    await stranger.query(
      `BEGIN; UPDATE token_families SET scope = scope WHERE id = '\\x${hex(family.id)}'`,
    )
    const committing = storage.commit([
      { kind: 'code.burn', id: code.id, at: NOW },
      { kind: 'family.revoke', id: family.id, at: NOW },
    ])
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while ((await sql(database.url, waiting)).length === 0);
    await stranger.query(
      `UPDATE authorization_codes SET nonce = 'met' WHERE id = '\\x${hex(code.id)}'; COMMIT`,
    )
    await stranger.end()
    const result = await committing
    assert.deepEqual(result, { outcome: 'committed' })
    const found = await storage.codes.find(code.id)
    assert.deepEqual([found?.usedAt, found?.nonce], [NOW, 'met'])
    assert.equal((await storage.families.find(family.id))?.revokedAt, NOW)
    await storage.close()
  })

  test('a client that many tokens are issued to at every moment can still be disabled', async (t) => {
    await using database = await freshDatabase()
    const storages = await Promise.all([1, 2, 3].map(() => openStorage(database.url)))
    const [first] = storages
    assert.ok(first)
    const client = aClient()
    await first.commit([{ kind: 'client.insert', client }])
    let isEnabled = true
    const issue = async (storage: OpenedStorage) => {
      while (isEnabled) {
        const unit = [{ kind: 'client.requireEnabled', id: client.id }, insert()] as const
        if ((await storage.commit(unit)).outcome === 'refused') isEnabled = false
      }
    }
    const issuing = storages.flatMap((storage) => Array.from({ length: 16 }, () => issue(storage)))
    while (storages.some((storage) => storage.statistics().units < 1_000))
      await first.commit([insert()])
    const startedAt = performance.now()
    const change = { ...client, isEnabled: false, version: 2 }
    const result = await first.commit([{ kind: 'client.update', client: change }])
    assert.deepEqual(result, { outcome: 'committed' })
    t.diagnostic(`disabled after ${Math.round(performance.now() - startedAt)} ms`)
    await Promise.all(issuing)
    for (const storage of storages) await storage.close()
  })
})
