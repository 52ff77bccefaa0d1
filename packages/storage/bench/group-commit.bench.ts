// Prints JSON: durable token.insert and whole redemptions of codes at several in-flight counts, and the
// cost of TokenStore.find; for SQLite and, with POSTGRES_URL naming an empty database, for PostgreSQL.
// Backends take turns, so that both meet the same machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AccessToken,
  after,
  type Change,
  clientId,
  hashSecret,
  IdMaker,
  nowSeconds,
  parseScope,
  systemClock,
  systemRandom,
  type TokenId,
} from '@grantd/domain'
import { aCode, aFamily, aRefreshToken, NOW } from '../src/conformance/samples.ts'
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

type Units = () => readonly Change[]

const oneInsert: Units = () => [{ kind: 'token.insert', token: token() }]

/** Stores `count` codes; gives units that each redeem one of them, with all that a redemption writes. */
async function redemptions(storage: OpenedStorage, count: number): Promise<Units> {
  const codes = Array.from({ length: count }, () => aCode({ clientId: client }))
  for (let from = 0; from < count; from += 1_000) {
    const some = codes.slice(from, from + 1_000)
    await Promise.all(some.map((code) => storage.commit([{ kind: 'code.insert', code }])))
  }
  return () => {
    const code = codes.pop()
    if (code === undefined) throw new Error('no code is left')
    const family = aFamily({ id: code.familyId, clientId: client })
    return [
      { kind: 'code.consume', id: code.id, at: NOW },
      { kind: 'family.insert', family },
      { kind: 'token.insert', token: { ...token(), familyId: family.id } },
      { kind: 'refresh.insert', refreshToken: aRefreshToken({ familyId: family.id }) },
    ]
  }
}

async function rate(storage: OpenedStorage, inFlight: number, units: number, unit = oneInsert) {
  const times = new Float64Array(units)
  const before = storage.statistics()
  let started = 0
  const startedAt = performance.now()
  const cpuBefore = process.threadCpuUsage()
  const loop = async () => {
    while (started < units) {
      const number = started++
      const from = performance.now()
      const { outcome } = await storage.commit(unit())
      if (outcome !== 'committed') throw new Error('a guard was lost')
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
const backends: { name: string; storage: OpenedStorage }[] = []
try {
  for (const [name, url] of Object.entries(urls)) {
    if (url !== undefined) backends.push({ name, storage: await openStorage(url) })
  }
  for (const { storage } of backends) await rate(storage, 64, 20_000)
  const report: object[] = []
  for (const inFlight of [1, 16, 64, 256]) {
    for (const { name, storage } of backends) {
      const units = inFlight === 1 ? 2_000 : UNITS
      report.push({ what: 'insert', name, ...(await rate(storage, inFlight, units)) })
    }
    for (const { name, storage } of backends) {
      const units = inFlight === 1 ? 500 : Math.ceil(UNITS / 10)
      const unit = await redemptions(storage, units)
      report.push({ what: 'redemption', name, ...(await rate(storage, inFlight, units, unit)) })
    }
  }
  for (const { name, storage } of backends) {
    report.push({ what: 'find', name, microseconds: await finds(storage) })
  }
  for (const line of report) console.log(JSON.stringify(line))
} finally {
  for (const { storage } of backends) await storage.close()
  rmSync(folder, { recursive: true })
}
