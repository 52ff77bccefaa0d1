import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabase, freshReplicaSetDatabase, SERVER } from '@grantd/testkit/mongodb'
import { MongoClient } from 'mongodb'
import { aCode } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/index.ts'

const FIXTURE = fileURLToPath(new URL('./redeem.fixture.ts', import.meta.url))
/** 125000 for the long run. */
const CODES = Number(process.env.GRANTD_RACE_CODES ?? 1_000)
/** The stand-in runs one transaction at a time, whatever they touch: few codes, few at once. */
const IN_TRANSACTIONS = { codes: Number(process.env.GRANTD_RACE_TRANSACTIONS ?? 50), inFlight: 6 }
/** How many of a code's eight racers each process runs. */
const RACERS = [3, 3, 2]

type Child = ChildProcessByStdio<Writable, Readable, null>

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
  const children = RACERS.map(
    (racers): Child =>
      spawn(process.execPath, [FIXTURE, url, String(racers), String(inFlight)], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
  )
  const lines = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]())
  for (const line of lines) assert.equal((await line.next()).value, 'ready')

  const storage = await openStorage(url)
  assert.deepEqual(storage.migrations.applied, [])
  const codes = Array.from({ length: count }, () => aCode())
  for (let from = 0; from < count; from += 2_000) {
    const some = codes.slice(from, from + 2_000)
    await Promise.all(some.map((code) => storage.commit([{ kind: 'code.insert', code }])))
  }
  await storage.close()

  const input = codes.map(({ id, familyId }) => `${id} ${familyId}`).join('\n')
  const ended = children.map((child) => once(child, 'exit'))
  const startedAt = performance.now()
  for (const child of children) child.stdin.end(input)
  const tallies = await Promise.all(
    lines.map(async (line) => JSON.parse(String((await line.next()).value))),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  t.diagnostic(`${Math.round((count * 8) / seconds)} attempts a second: ${JSON.stringify(tallies)}`)
  const sum = (outcome: string) => tallies.reduce((total, tally) => total + tally[outcome], 0)
  assert.deepEqual([sum('committed'), sum('refused'), sum('failed')], [count, count * 7, 0])
  await using client = new MongoClient(SERVER)
  const tokens = await client
    .db(name)
    .collection('tokens')
    .find({}, { projection: { familyId: 1 } })
    .toArray()
  const families = new Set(tokens.map(({ familyId }) => familyId.toString()))
  assert.deepEqual([tokens.length, families.size], [count, count])
  for (const exit of ended) assert.equal((await exit)[0], 0)
}
