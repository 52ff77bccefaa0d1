import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { freshDatabase, freshReplicaSetDatabase, SERVER } from '@grantd/testkit/mongodb'
import { MongoClient } from 'mongodb'
import { openStorage } from '../../src/index.ts'
import { startRacers } from './race-codes.ts'

/** 125000 for the long run. */
const CODES = Number(process.env.GRANTD_RACE_CODES ?? 1_000)
/** The stand-in runs one transaction at a time, whatever they touch: few codes, few at once. */
const IN_TRANSACTIONS = { codes: Number(process.env.GRANTD_RACE_TRANSACTIONS ?? 50), inFlight: 6 }

describe('three processes on one MongoDB database', () => {
  test(`that start at once migrate it once; ${CODES} codes with 8 racers each have one winner each`, async (t) => {
    await using database = await freshDatabase()
    await race(t, database, { codes: CODES, inFlight: 256 })
  })

  test(`${IN_TRANSACTIONS.codes} codes raced for in transactions have one winner each`, async (t) => {
    await using database = await freshReplicaSetDatabase({ forgets: true })
    await race(t, database, IN_TRANSACTIONS)
  })
})

async function race(
  t: TestContext,
  { url, name }: { readonly url: string; readonly name: string },
  { codes: count, inFlight }: { readonly codes: number; readonly inFlight: number },
): Promise<void> {
  const racers = await startRacers(url, inFlight)
  const storage = await openStorage(url)
  assert.deepEqual(storage.migrations.applied, [])
  await racers.race(t, storage, count)
  await using client = new MongoClient(SERVER)
  const tokens = await client
    .db(name)
    .collection('tokens')
    .find({}, { projection: { familyId: 1 } })
    .toArray()
  const families = new Set(tokens.map(({ familyId }) => familyId.toString()))
  assert.deepEqual([tokens.length, families.size], [count, count])
}
