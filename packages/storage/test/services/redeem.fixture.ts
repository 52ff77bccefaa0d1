// Redeems each code named on standard input (`id family`) as often as it is told, in an order of its
// own, and prints what became of its attempts.
import { text } from 'node:stream/consumers'
import type { CodeId, FamilyId } from '@grantd/domain'
import { aToken, NOW } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/index.ts'

const [url = '', racers = '1', inFlight = '256'] = process.argv.slice(2)
const storage = await openStorage(url)
process.stdout.write('ready\n')
const codes = (await text(process.stdin))
  .trim()
  .split('\n')
  .map((line) => line.split(' '))

const attempts = Array.from({ length: Number(racers) }, () => codes).flat()
// Neighbours in time want the same rows in different orders: the worst case for locks.
attempts.sort(() => Math.random() - 0.5)

const tally = { committed: 0, refused: 0, failed: 0 }
const times: number[] = []
async function redeem(): Promise<void> {
  for (let next = attempts.pop(); next !== undefined; next = attempts.pop()) {
    const [id, familyId] = next as [CodeId, FamilyId] // written by the test
    const startedAt = performance.now()
    const result = await storage
      .commit([
        { kind: 'code.consume', id, at: NOW },
        { kind: 'token.insert', token: aToken({ familyId }) },
      ])
      .catch(() => ({ outcome: 'failed' as const }))
    tally[result.outcome]++
    times.push(performance.now() - startedAt)
  }
}

await Promise.all(Array.from({ length: Number(inFlight) }, redeem))
times.sort((a, b) => a - b)
const p99Ms = Math.round(times[Math.floor(times.length * 0.99)] ?? 0)
process.stdout.write(`${JSON.stringify({ ...tally, p99Ms })}\n`)
await storage.close()
