import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshDatabase, sql } from '@grantd/testkit/postgres'
import { aCode, aFamily, aToken, NOW } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/index.ts'

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

  test('a deadlock with a stranger is repeated', async () => {
    await using database = await freshDatabase()
    const storage = await openStorage(database.url)
    const [code, family] = [aCode(), aFamily()]
    await storage.commit([
      { kind: 'code.insert', code },
      { kind: 'family.insert', family },
    ])
    // It holds the family and wants the code; the unit holds the code and wants the family.
    const stranger = sql(
      database.url,
      `BEGIN; UPDATE token_families SET scope = scope WHERE id = '\\x${hex(family.id)}';
       SELECT pg_sleep(0.7);
       UPDATE authorization_codes SET nonce = 'met' WHERE id = '\\x${hex(code.id)}'; COMMIT`,
    )
    const isAsleep = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    while ((await sql(database.url, isAsleep)).length === 0);
    const result = await storage.commit([
      { kind: 'code.burn', id: code.id, at: NOW },
      { kind: 'family.revoke', id: family.id, at: NOW },
    ])
    await stranger
    assert.deepEqual(result, { outcome: 'committed' })
    const found = await storage.codes.find(code.id)
    assert.deepEqual([found?.usedAt, found?.nonce], [NOW, 'met'])
    assert.equal((await storage.families.find(family.id))?.revokedAt, NOW)
    await storage.close()
  })
})
