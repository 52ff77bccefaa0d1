// The long fuzzing run: `node scripts/fuzz.ts --count 100000 [--seed N] [--database URL]`. A real `grantd serve` on
// loopback, with a database file of its own or an empty database at URL, is asked random requests of its
// OpenAPI document, and some bytes that are none; every answer is judged, by that document too. Ends with 1 when the server crashed, hung, logged a fault or gave
// an answer that it must not give.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { createPasswordHasher } from '../packages/server/src/password-hasher.ts'
import {
  addClient,
  addUsers,
  PASSWORD,
  REDIRECT,
  withStorage,
} from '../packages/server/test/crash/prepare.ts'
import { ServerProcess, Site } from '../packages/server/test/crash/server-process.ts'
import { brokenBytes } from '../packages/server/test/fuzz/broken-bytes.ts'
import { type Cast, makeCast } from '../packages/server/test/fuzz/cast.ts'
import { EVERYTHING_ON, INGEST } from '../packages/server/test/fuzz/everything-on.ts'
import { judge } from '../packages/server/test/fuzz/judge.ts'
import { requests } from '../packages/server/test/fuzz/requests.ts'
import { FuzzWire } from '../packages/server/test/fuzz/wire.ts'
import { Documented } from '../packages/server/test/support/documented.ts'

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
})
const count = Number(values.count)
const seed = Number(values.seed)
/** Who takes part is made anew after so many requests: by then some have signed out or been spent. */
const ROUND = 1_000
const LANES = 8
const RAW_SHARE = 20
const STALL_MS = 2_000

const site = await Site.create({
  ...(values.database !== undefined && { OAUTH2_DATABASE_URL: values.database }),
  ...EVERYTHING_ON,
  OAUTH2_PUBLIC_INTROSPECTION: 'true',
  OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS: '1000',
  OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS: '1',
  OAUTH2_REGISTRATION_HOURLY_PER_NETWORK: '0',
  OAUTH2_REGISTRATION_HOURLY_TOTAL: '0',
})
const passwords = await createPasswordHasher({ log: console })
const hash = await passwords.hash(PASSWORD)
const [publicClient, confidential] = await withStorage(site, async (storage) => {
  await addUsers(storage, ['ada'], hash)
  return [await addClient(storage, 'fuzz-public', 'none'), await addClient(storage, 'fuzz-service')]
})
const server = await ServerProcess.start(site)
const wire = new FuzzWire(server.port)
const document = await wire.send({ method: 'GET', target: '/api-docs/openapi.json', headers: [] })
const documented = new Documented(JSON.parse(document.body))
const tally = new Map<number, number>()
let longest = 0
let done = 0
/** `kill -INT` of this process ends the run after its round, and what was seen is said. */
let isStopped = false
process.once('SIGINT', () => {
  isStopped = true
})
let rawAnswers = 0
const startedAt = performance.now()
console.log(`${count} requests with seed ${seed}`)

try {
  for (; done < count && !isStopped; done += ROUND) await round(done)
  const seconds = (performance.now() - startedAt) / 1_000
  const statuses = [...tally].toSorted().map(([status, times]) => `${status}: ${times}`)
  console.log(
    `${Math.min(done, count)} requests in ${seconds.toFixed(0)} s, ${statuses.join(', ')}; ${rawAnswers} of broken bytes`,
  )
  console.log(`the slowest answer took ${longest.toFixed(0)} ms; no crash, no undocumented answer`)
} catch (error) {
  console.error(error)
  console.error(server.talk.split('\n').slice(-30).join('\n'))
  console.error(`Again: node scripts/fuzz.ts --count ${count} --seed ${seed}`)
  process.exitCode = 1
} finally {
  wire.close()
  await server.stop()
  const faults = server.talk.split('\n').filter((line) => line.includes('"level":50'))
  if (faults.length > 0 || server.child.exitCode !== 0) {
    console.error(`exit ${server.child.exitCode}; faults logged:\n${faults.join('\n')}`)
    process.exitCode = 1
  }
  site[Symbol.dispose]()
}

async function round(done: number): Promise<void> {
  const cast = await makeCast((request) => wire.send(request), {
    origin: site.issuer,
    publicId: publicClient.id,
    confidential,
    redirectUri: REDIRECT,
    username: 'ada',
    password: PASSWORD,
    ingestToken: INGEST,
  })
  const size = Math.min(ROUND, count - done)
  const raws = Math.floor(size / RAW_SHARE)
  const plain = fc
    .sample(requests(cast, documented.document), { numRuns: size - raws, seed: seed + done })
    .values()
  const broken = fc
    .sample(brokenBytes(requests(cast, documented.document)), { numRuns: raws, seed: seed - done })
    .values()
  const lane = async () => {
    for (const request of plain) {
      const answer = await wire.send(request)
      tally.set(answer.status, (tally.get(answer.status) ?? 0) + 1)
      longest = Math.max(longest, answer.ms)
      judge(request, answer, cast, documented)
    }
    for (const bytes of broken) judgeRaw(bytes, await wire.raw(bytes), cast)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (server.child.exitCode !== null) throw new Error('the server ended')
  const { status, ms } = await wire.send({ method: 'GET', target: '/health', headers: [] })
  if (status !== 200 || ms > STALL_MS) throw new Error(`health: ${status} after ${ms} ms`)
}

/** Bytes may get several answers, one, or a closed connection; never a fault, never two for one cut. */
function judgeRaw(bytes: Uint8Array, answers: string, cast: Cast): void {
  const lines = answers.match(/^HTTP\/1\.1 \d{3}/gm) ?? []
  rawAnswers += lines.length
  const bad = lines.filter((line) => / 5(?!03)/.test(line))
  const isLeak = answers.includes(cast.password)
  if (bad.length === 0 && !isLeak && (answers === '' || lines.length > 0)) return
  throw new Error(`bytes ${JSON.stringify(Buffer.from(bytes).toString('latin1'))} got ${answers}`)
}
