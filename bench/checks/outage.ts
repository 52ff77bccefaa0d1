import { setTimeout as pause } from 'node:timers/promises'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { finding } from '../finding.ts'
import { Site } from '../site.ts'
import { CLIENT_CREDENTIALS } from '../traffic.ts'
import type { Check } from './check.ts'

const EVERY_MS = 50
const OUTAGE_MS = 60_000
const AFTER_MS = 8_000

interface Seen {
  readonly at: number
  readonly ms: number
  readonly status: number
}

/** PostgreSQL for a minute stopped in its tracks, then for a minute killed. */
export const outage: Check = {
  name: 'outage',
  async run({ quick }) {
    using database = await PrivateServer.start()
    const site = await Site.create('ES256', { OAUTH2_DATABASE_URL: database.url })
    try {
      const { port } = await site.serve()
      const lasting = quick ? 5_000 : OUTAGE_MS
      const hung = await watch(port, lasting, {
        begin: () => database.hang(),
        end: async () => database.resume(),
      })
      const killed = await watch(port, lasting, {
        begin: async () => database.kill(),
        end: () => database.start(),
      })
      return {
        findings: [...findings('hung', hung), ...findings('killed', killed)],
        details: { hung, killed },
      }
    } finally {
      await site.close()
    }
  },
}

function findings(how: string, seen: Watched) {
  const common = { scenario: `outage, ${how}` }
  return [
    finding({
      ...common,
      what: 'the longest until a request was refused',
      value: seen.longestRefusalMs,
      unit: 'ms',
      bound: { atMost: 1_000 },
    }),
    finding({
      ...common,
      what: 'part of answers of discovery and JWKS that were 200',
      value: seen.documentsFine,
      unit: 'ratio',
      bound: { atLeast: 1 },
    }),
    finding({
      ...common,
      what: 'until tokens were issued again',
      value: seen.backMs,
      unit: 'ms',
      bound: { atMost: 3_000 },
    }),
  ]
}

type Watched = Awaited<ReturnType<typeof watch>>

async function watch(
  port: number,
  lasting: number,
  fault: { begin: () => Promise<void>; end: () => Promise<void> },
) {
  const origin = `http://127.0.0.1:${port}`
  const tokens: Seen[] = []
  const documents: Seen[] = []
  const stop = new AbortController()
  const asking = [
    ask(stop.signal, tokens, () => ({ url: `${origin}/oauth/token`, body: CLIENT_CREDENTIALS })),
    ask(stop.signal, documents, (n) => ({ url: origin + (n % 2 === 0 ? JWKS : DISCOVERY) })),
  ]
  await pause(1_000)
  const begun = performance.now()
  await fault.begin()
  await pause(lasting)
  await fault.end()
  const ended = performance.now()
  await pause(AFTER_MS)
  stop.abort()
  await Promise.all(asking)
  const during = tokens.filter(({ at, status }) => at > begun && status === 503)
  const firstFine = tokens.find(({ at, ms, status }) => at + ms > ended && status === 200)
  const statuses: Record<number, number> = {}
  for (const { status } of tokens) statuses[status] = (statuses[status] ?? 0) + 1
  return {
    statuses,
    longestRefusalMs: Math.max(...during.map(({ ms }) => ms)),
    backMs: firstFine === undefined ? Number.NaN : firstFine.at + firstFine.ms - ended,
    documentsFine: documents.filter(({ status }) => status === 200).length / documents.length,
    documents: documents.length,
  }
}

const JWKS = '/.well-known/jwks.json'
const DISCOVERY = '/.well-known/openid-configuration'

/** One request every 50 ms, whether the former ones were answered or not. */
async function ask(
  signal: AbortSignal,
  seen: Seen[],
  next: (number: number) => { readonly url: string; readonly body?: string },
): Promise<void> {
  const open: Promise<void>[] = []
  for (let n = 0; !signal.aborted; n++) {
    open.push(one(next(n), seen))
    await pause(EVERY_MS)
  }
  await Promise.all(open)
}

async function one(
  { url, body }: { readonly url: string; readonly body?: string },
  seen: Seen[],
): Promise<void> {
  const at = performance.now()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(url, body === undefined ? {} : { method: 'POST', headers, body })
  await answer.arrayBuffer()
  seen.push({ at, ms: performance.now() - at, status: answer.status })
}
