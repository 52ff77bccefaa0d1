import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabase, sql } from '@grantd/testkit/postgres'
import { aCode } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/index.ts'

const FIXTURE = fileURLToPath(new URL('./redeem.fixture.ts', import.meta.url))
/** 125000 for the long run. */
const CODES = Number(process.env.GRANTD_RACE_CODES ?? 2_000)
/** How many of a code's eight racers each process runs. */
const RACERS = [3, 3, 2]

type Child = ChildProcessByStdio<Writable, Readable, null>

describe('three processes on one PostgreSQL database', () => {
  test(`that start at once migrate it once; ${CODES} codes with 8 racers each have one winner each`, async (t) => {
    await using database = await freshDatabase()
    const children = RACERS.map(
      (racers): Child =>
        spawn(process.execPath, [FIXTURE, database.url, String(racers)], {
          stdio: ['pipe', 'pipe', 'inherit'],
        }),
    )
    const lines = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]())
    for (const line of lines) assert.equal((await line.next()).value, 'ready')
    const history = await sql(database.url, 'SELECT version FROM flyway_schema_history')
    assert.equal(new Set(history.map(({ version }) => version)).size, history.length)

    const storage = await openStorage(database.url)
    const codes = Array.from({ length: CODES }, () => aCode())
    for (let from = 0; from < CODES; from += 2_000) {
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
    t.diagnostic(
      `${Math.round((CODES * 8) / seconds)} attempts a second: ${JSON.stringify(tallies)}`,
    )
    const sum = (name: string) => tallies.reduce((total, tally) => total + tally[name], 0)
    assert.deepEqual([sum('committed'), sum('refused'), sum('failed')], [CODES, CODES * 7, 0])
    const [row] = await sql(
      database.url,
      'SELECT count(*)::int AS tokens, count(DISTINCT family_id)::int AS families FROM tokens',
    )
    assert.deepEqual(row, { tokens: CODES, families: CODES })
    for (const exit of ended) assert.equal((await exit)[0], 0)
  })
})
