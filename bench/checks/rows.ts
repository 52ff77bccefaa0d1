import { type Comparison, compare } from '../compare.ts'
import type { Contender } from '../contenders.ts'
import { finding } from '../finding.ts'
import { addTokens } from '../seed.ts'
import { Site } from '../site.ts'
import { CLIENT_CREDENTIALS, post } from '../traffic.ts'
import type { Check } from './check.ts'

const MILLION = 1_000_000
const DAY = 86_400
const traffic = post('/oauth/token', CLIENT_CREDENTIALS)

/** A server on a database that holds `count` tokens, issued `ago` seconds before. */
async function filled(count: number, ago: number, janitorSeconds: number): Promise<Contender> {
  const site = await Site.create('ES256', { OAUTH2_JANITOR_INTERVAL_SECS: String(janitorSeconds) })
  await addTokens(site.storage, count, ago)
  return {
    servers: [await site.serve()],
    make: async () => [],
    stop: () => site.close(),
  }
}

/** Does a full table slow issuing down? */
export const rows: Check = {
  name: 'million-rows',
  async run(options) {
    const count = options.quick ? MILLION / 10 : MILLION
    const comparison = await compare(
      {
        name: 'million-rows',
        entries: [
          { name: 'empty', start: () => filled(0, 0, 0), traffic },
          { name: 'full', start: () => filled(count, 60, 0), traffic },
        ],
        ratios: [{ of: 'full', to: 'empty', atLeast: 0.9 }],
      },
      options,
    )
    return { findings: comparison.findings, details: { count, ...withoutFindings(comparison) } }
  },
}

/** Does deleting a million expired rows disturb those who ask for tokens meanwhile? */
export const purge: Check = {
  name: 'purge',
  async run(options) {
    const count = options.quick ? MILLION / 10 : MILLION
    const comparison = await compare(
      {
        name: 'purge',
        entries: [
          { name: 'quiet', start: () => filled(0, 0, 0), traffic },
          { name: 'purging', start: () => filled(count, DAY, 1), traffic },
        ],
        ratios: [{ of: 'purging', to: 'quiet', atLeast: 0 }],
      },
      options,
    )
    const p99 = (name: string) =>
      comparison.rows.find(({ contender }) => contender === name)?.p99Ms ?? Number.NaN
    return {
      findings: [
        finding({
          scenario: 'purge',
          what: 'p99 while purging ÷ p99 without',
          value: p99('purging') / p99('quiet'),
          unit: 'ratio',
          bound: { atMost: 2 },
        }),
      ],
      details: { count, ...withoutFindings(comparison) },
    }
  },
}

function withoutFindings({ rows: measured, ratios }: Comparison) {
  return { rows: measured, ratios }
}
