import { fileURLToPath } from 'node:url'
import { type Comparison, compare, type Entry, type Row, type Scenario } from '../compare.ts'
import { grantd } from '../contenders.ts'
import { finding } from '../finding.ts'
import type { Options } from '../options.ts'
import { printComparison } from '../report.ts'
import { median } from '../statistics.ts'
import { CLIENT_CREDENTIALS, post } from '../traffic.ts'
import type { Check } from './check.ts'

/** One server, asked the same: only its backends of events differ. */
function entry(name: string, env: Readonly<Record<string, string>> = {}): Entry {
  return {
    name,
    start: grantd('ES256', 1, env),
    traffic: post('/oauth/token', CLIENT_CREDENTIALS),
  }
}

function withBackend(name: string, file: string): Readonly<Record<string, string>> {
  const plugin = fileURLToPath(new URL(`../contenders/${file}`, import.meta.url))
  return { OAUTH2_EVENTS_PLUGINS: plugin, OAUTH2_EVENTS_BACKEND: name }
}

/**
 * Pauses of major collections are much of the p99, and how many there are V8 decides in each process by
 * what it happened to hold at the last one. Servers that are started anew even that out.
 */
const SITTINGS = 3
/** In one second of 8,000 answers the p99 is a single pause, in which all 64 wait. */
const SECONDS = 2

/**
 * Does a backend of events that hangs slow down those who ask for tokens? `takes` stores and delivers
 * every event, `hangs` stores it and waits; `memory`, which stores none, tells what both cost.
 */
export const hangingBackend: Check = {
  name: 'hanging-backend',
  async run(options) {
    const sittings: Comparison[] = []
    for (let sitting = 0; sitting < (options.quick ? 1 : SITTINGS); sitting++) {
      const comparison = await compare(scenario(options), options)
      printComparison(comparison)
      sittings.push(comparison)
    }
    const common = { scenario: 'hanging-backend', unit: 'ratio' } as const
    return {
      findings: [
        finding({
          ...common,
          what: 'p99 with a backend that hangs ÷ p99 with one that takes events',
          value: inSittings(sittings, ({ p99OfAllMs }) => p99OfAllMs),
          bound: { atMost: 1.1 },
        }),
        finding({
          ...common,
          what: 'tokens with a backend that hangs ÷ with one that takes events',
          value: inSittings(sittings, ({ requestsPerSecond }) => requestsPerSecond),
          bound: { atLeast: 0.9 },
        }),
      ],
      details: { sittings: sittings.map(({ rows, ratios }) => ({ rows, ratios })) },
    }
  },
}

/** The median over the sittings of what `hangs` has ÷ what `takes` has. */
function inSittings(sittings: readonly Comparison[], figure: (row: Row) => number): number {
  const of = (rows: readonly Row[], name: string) => {
    const row = rows.find(({ contender }) => contender === name)
    return row === undefined ? Number.NaN : figure(row)
  }
  return median(sittings.map(({ rows }) => of(rows, 'hangs') / of(rows, 'takes')))
}

function scenario({ connections, seconds }: Options): Scenario {
  return {
    name: 'hanging-backend',
    entries: [
      entry('takes', withBackend('taker', 'take-events.ts')),
      entry('hangs', withBackend('hanging', 'hang-events.ts')),
      entry('memory'),
    ],
    ratios: [
      { of: 'hangs', to: 'takes' },
      { of: 'hangs', to: 'memory' },
    ],
    pace: { connections, seconds: Math.max(SECONDS, seconds) },
  }
}
