import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshDatabase, sql } from '@grantd/testkit/postgres'
import { openStorage } from '../../src/index.ts'
import { startRacers } from './race-codes.ts'

/** 125000 for the long run. */
const CODES = Number(process.env.GRANTD_RACE_CODES ?? 2_000)

describe('three processes on one PostgreSQL database', () => {
  test(`that start at once migrate it once; ${CODES} codes with 8 racers each have one winner each`, async (t) => {
    await using database = await freshDatabase()
    const racers = await startRacers(database.url)
    const history = await sql(database.url, 'SELECT version FROM flyway_schema_history')
    assert.equal(new Set(history.map(({ version }) => version)).size, history.length)

    await racers.race(t, await openStorage(database.url), CODES)
    const [row] = await sql(
      database.url,
      'SELECT count(*)::int AS tokens, count(DISTINCT family_id)::int AS families FROM tokens',
    )
    assert.deepEqual(row, { tokens: CODES, families: CODES })
  })
})
