// Owns: processes on one database that all want the same codes, and what became of their attempts.
import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commitAll } from '@grantd/testkit/grants'
import { aCode } from '../../src/conformance/samples.ts'
import type { OpenedStorage } from '../../src/index.ts'

const FIXTURE = fileURLToPath(new URL('./redeem.fixture.ts', import.meta.url))
/** How many of a code's eight racers each process runs. */
const RACERS = [3, 3, 2]

type Child = ChildProcessByStdio<Writable, Readable, null>

export interface Racers {
  /**
   * Puts so many codes in the database and lets eight racers at each. One of them wins, the others are
   * refused, and no process fails.
   */
  race(t: TestContext, storage: OpenedStorage, count: number): Promise<void>
}

/** Starts three processes that open the database at once; resolves when all have. */
export async function startRacers(url: string, inFlight = 256): Promise<Racers> {
  const children = RACERS.map(
    (racers): Child =>
      spawn(process.execPath, [FIXTURE, url, String(racers), String(inFlight)], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
  )
  const lines = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]())
  for (const line of lines) assert.equal((await line.next()).value, 'ready')

  async function race(t: TestContext, storage: OpenedStorage, count: number): Promise<void> {
    const codes = Array.from({ length: count }, () => aCode())
    await commitAll(
      storage,
      codes.map((code) => [{ kind: 'code.insert', code }]),
    )
    await storage.close()

    const input = codes.map(({ id, familyId }) => `${id} ${familyId}`).join('\n')
    const ended = children.map((child) => once(child, 'exit'))
    const startedAt = performance.now()
    for (const child of children) child.stdin.end(input)
    const tallies = await Promise.all(
      lines.map(async (line) => JSON.parse(String((await line.next()).value))),
    )
    const seconds = (performance.now() - startedAt) / 1_000
    const rate = Math.round((count * 8) / seconds)
    t.diagnostic(`${rate} attempts a second: ${JSON.stringify(tallies)}`)
    const sum = (outcome: string) => tallies.reduce((total, tally) => total + tally[outcome], 0)
    assert.deepEqual([sum('committed'), sum('refused'), sum('failed')], [count, count * 7, 0])
    for (const exit of ended) assert.equal((await exit)[0], 0)
  }
  return { race }
}
