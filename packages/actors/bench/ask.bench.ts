// Prints, as JSON, the median and the best cost of one ask in nanoseconds for each way of asking.
// Run: node packages/actors/bench/ask.bench.ts
import { ActorSystem, batch } from '../src/index.ts'

const ROUNDS = 41
const ASKS = 20_000
const IN_FLIGHT = 64

class Adder {
  #total = 0
  async add(amount: number): Promise<number> {
    this.#total += amount
    return this.#total
  }
  addNow(amount: number): number {
    this.#total += amount
    return this.#total
  }
  readonly addMany = batch({ max: 256 }, (amounts: readonly number[]) =>
    amounts.map((amount) => {
      this.#total += amount
      return this.#total
    }),
  )
}

const system = new ActorSystem()
const plain = new Adder()
const actor = system.spawn('one', { create: () => new Adder() })
const pool = system.pool('many', {
  shards: 4,
  lanes: IN_FLIGHT,
  mailbox: 256,
  create: () => new Adder(),
})
const keys = Array.from({ length: IN_FLIGHT }, (_, index) => `key-${index}`)

/** Sends `ASKS` messages, `IN_FLIGHT` at a time. */
async function inFlight(ask: (index: number) => Promise<number>): Promise<void> {
  for (let sent = 0; sent < ASKS; sent += IN_FLIGHT) {
    const answers: Promise<number>[] = []
    for (let index = 0; index < IN_FLIGHT; index++) answers.push(ask(index))
    await Promise.all(answers)
  }
}

async function oneByOne(ask: () => Promise<number>): Promise<void> {
  for (let sent = 0; sent < ASKS; sent++) await ask()
}

const cases: Record<string, () => Promise<void>> = {
  'plain async call, 64 in flight': () => inFlight(() => plain.add(1)),
  'plain async call, one by one': () => oneByOne(() => plain.add(1)),
  'spawn ask, async handler, 64 in flight': () => inFlight(() => actor.add(1)),
  'spawn ask, sync handler, 64 in flight': () => inFlight(() => actor.addNow(1)),
  'spawn ask, async handler, one by one': () => oneByOne(() => actor.add(1)),
  'spawn ask, sync handler, one by one': () => oneByOne(() => actor.addNow(1)),
  'pool ask, 64 keys in flight': () => inFlight((index) => pool.for(keys[index] ?? '').add(1)),
  'batch ask, 64 in flight': () => inFlight(() => actor.addMany(1)),
}

const samples = new Map<string, number[]>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const from = performance.now()
    await run()
    const each = ((performance.now() - from) * 1e6) / ASKS
    samples.set(name, [...(samples.get(name) ?? []), each])
  }
}
await system.stop()

const results = [...samples].map(([name, all]) => {
  const sorted = all.slice(5).sort((a, b) => a - b) // the first rounds warm up
  const median = Math.round(sorted[sorted.length >> 1] ?? 0)
  return { case: name, medianNs: median, bestNs: Math.round(sorted[0] ?? 0) }
})
console.log(JSON.stringify({ node: process.version, asksPerRound: ASKS, results }, null, 2))
