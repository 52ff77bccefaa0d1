// Prints JSON: durable token.insert at several in-flight counts, and the cost of TokenStore.find, for
// SQLite and, with POSTGRES_URL set to an empty database, for PostgreSQL in the same run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AccessToken,
  after,
  clientId,
  hashSecret,
  IdMaker,
  nowSeconds,
  parseScope,
  systemClock,
  systemRandom,
  type TokenId,
} from '@grantd/domain'
import { type OpenedStorage, openStorage } from '../src/index.ts'

const UNITS = Number(process.env.UNITS ?? 300_000)
const FINDS = 100_000

const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const scope = parseScope('read write')
const client = clientId('bench-client')
const hash = hashSecret('bench')
const audience = ['https://api.example']

function token(): AccessToken {
  const issuedAt = nowSeconds(systemClock)
  return {
    id: ids.next<TokenId>(),
    hash,
    clientId: client,
    userId: undefined,
    familyId: undefined,
    scope,
    audience,
    issuedAt,
    expiresAt: after(issuedAt, 3_600),
    revokedAt: undefined,
  }
}

const round = (value: number) => Math.round(value * 100) / 100

async function inserts(storage: OpenedStorage, inFlight: number, units: number) {
  const times = new Float64Array(units)
  const before = storage.statistics()
  let started = 0
  const startedAt = performance.now()
  const cpuBefore = process.threadCpuUsage()
  const loop = async () => {
    while (started < units) {
      const number = started++
      const from = performance.now()
      await storage.commit([{ kind: 'token.insert', token: token() }])
      times[number] = performance.now() - from
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.threadCpuUsage(cpuBefore)
  const { batches } = storage.statistics()
  times.sort()
  const at = (part: number) => round(times[Math.floor(part * (units - 1))] ?? 0)
  return {
    inFlight,
    unitsPerSecond: Math.round(units / seconds),
    unitsPerBatch: round(units / (batches - before.batches)),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    mainThreadCpuMicrosPerUnit: round((cpu.user + cpu.system) / units),
  }
}

async function finds(storage: OpenedStorage) {
  const known: TokenId[] = []
  for (let i = 0; i < 1_000; i++) {
    const made = token()
    known.push(made.id)
    await storage.commit([{ kind: 'token.insert', token: made }])
  }
  const startedAt = performance.now()
  for (let i = 0; i < FINDS; i++) {
    const id = known[i % known.length]
    if (id === undefined || (await storage.tokens.find(id)) === undefined) throw new Error('lost')
  }
  return round(((performance.now() - startedAt) * 1000) / FINDS)
}

const folder = mkdtempSync(join(tmpdir(), 'grantd-bench-'))
const urls = { sqlite: `sqlite:${join(folder, 'bench.db')}`, postgresql: process.env.POSTGRES_URL }
try {
  const report: Record<string, unknown> = {}
  for (const [name, url] of Object.entries(urls)) {
    if (url === undefined) continue
    const storage = await openStorage(url)
    await inserts(storage, 64, 20_000)
    const durable = []
    for (const inFlight of [1, 16, 64, 256]) {
      durable.push(await inserts(storage, inFlight, inFlight === 1 ? 5_000 : UNITS))
    }
    report[name] = { durable, tokenFindMicros: await finds(storage) }
    await storage.close()
  }
  console.log(JSON.stringify(report, null, 2))
} finally {
  rmSync(folder, { recursive: true })
}
