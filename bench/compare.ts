// Owns: one comparison: contenders stay up while short slices of load visit them in random order, and
// ratios are taken inside a round, so that a slow minute of the machine slows them all.
import type { Contender, StartContender } from './contenders.ts'
import { type Finding, finding } from './finding.ts'
import { loadAll, p99Of, type Slice } from './load.ts'
import type { Options } from './options.ts'
import { median, rounded, shuffled } from './statistics.ts'
import { type Answered, answerOf, type Traffic } from './traffic.ts'

export interface Entry {
  readonly name: string
  readonly start: StartContender
  readonly traffic: Traffic
}

export interface Ratio {
  readonly of: string
  readonly to: string
  /** Absent: shown to explain another, and no promise. */
  readonly atLeast?: number
  readonly aim?: number
}

export interface Scenario {
  readonly name: string
  /** What the yardstick answers in size is what this one answers. */
  readonly entries: readonly Entry[]
  readonly ratios: readonly Ratio[]
  /** Bounds on the latency of `grantd`, in milliseconds. */
  readonly latency?: { readonly p99: number; readonly longest: number }
  /** Where a request takes so long that the usual load would only wait, or a second has too few. */
  readonly pace?: { readonly connections: number; readonly seconds: number }
}

/** Medians over the rounds, where nothing else is said. */
export interface Row {
  readonly contender: string
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the requests of all rounds together, with the pauses that not every round has. */
  readonly p99OfAllMs: number
  /** The longest wait of all rounds. */
  readonly maxMs: number
  readonly cpuMicrosPerRequest: number | null
}

export interface Comparison {
  readonly scenario: string
  readonly rows: readonly Row[]
  readonly ratios: readonly {
    readonly of: string
    readonly to: string
    readonly value: number
    readonly lowest: number
    readonly highest: number
    /** The same by CPU time per request, which other programs on the machine hardly disturb. */
    readonly byCpu: number | null
  }[]
  readonly findings: readonly Finding[]
}

type Measured = Slice & { readonly cpuMicros: number }

interface Running {
  readonly entry: Entry
  readonly contender: Contender
  readonly slices: Measured[]
  fastest: number
}

const WARM_UP_SECONDS = 2
/** Fewer requests leave half of the code uncompiled, the more so the slower the contender. */
const WARM_UP_REQUESTS = 20_000
const WARM_UP_SLICES = 4

export async function compare(scenario: Scenario, given: Options): Promise<Comparison> {
  const options = { ...given, ...scenario.pace }
  const running: Running[] = []
  try {
    for (const entry of scenario.entries) {
      running.push({ entry, contender: await entry.start(), slices: [], fastest: 12_000 })
    }
    const sample = await sampleOf(running)
    for (const each of running) await warmUp(each, sample, options)
    for (let round = 0; round < options.rounds; round++) {
      for (const each of shuffled(running)) {
        each.slices.push(await visit(each, sample, options.seconds, options))
      }
    }
    return summary(scenario, running)
  } finally {
    for (const { contender } of running) await contender.stop()
  }
}

/** What grantd answers: the yardstick answers as much. */
async function sampleOf(running: readonly Running[]): Promise<Answered> {
  const first = running.find(({ entry }) => entry.name.startsWith('grantd'))
  if (first === undefined) return { bytes: 0 }
  return answerOf(first.contender, first.entry.traffic)
}

async function warmUp(each: Running, sample: Answered, options: Options): Promise<void> {
  const slices = options.quick ? 1 : WARM_UP_SLICES
  for (let slice = 0, requests = 0; slice < slices && requests < WARM_UP_REQUESTS; slice++) {
    requests += (await visit(each, sample, WARM_UP_SECONDS, options)).requests
  }
}

async function visit(
  each: Running,
  sample: Answered,
  seconds: number,
  { connections }: Options,
): Promise<Measured> {
  const { contender, entry } = each
  const wanted = Math.ceil(each.fastest * seconds * 1.5)
  const requests = await entry.traffic(contender, { wanted, sample })
  const ports = contender.servers.map(({ port }) => port)
  const before = cpuSeconds(contender)
  const slice = await loadAll(ports, { ...requests, connections, seconds })
  const spent = cpuSeconds(contender) - before
  each.fastest = Math.max(each.slices.length === 0 ? 0 : each.fastest, slice.requestsPerSecond)
  return { ...slice, cpuMicros: (spent * 1e6) / slice.requests }
}

function cpuSeconds({ servers, spentBeside = () => 0 }: Contender): number {
  return servers.reduce((sum, server) => sum + server.cpuSeconds(), spentBeside())
}

function summary(scenario: Scenario, running: readonly Running[]): Comparison {
  const slicesOf = (name: string) => running.find(({ entry }) => entry.name === name)?.slices ?? []
  const ratios = scenario.ratios.map(({ of, to }) => {
    const others = slicesOf(to)
    const inRounds = (ratio: (one: Measured, other: Measured) => number) =>
      slicesOf(of).flatMap((slice, round) => {
        const other = others[round]
        return other === undefined ? [] : [ratio(slice, other)]
      })
    const values = inRounds((one, other) => one.requestsPerSecond / other.requestsPerSecond)
    return {
      of,
      to,
      value: median(values),
      lowest: rounded(Math.min(...values)),
      highest: rounded(Math.max(...values)),
      byCpu: orNull(median(inRounds((one, other) => other.cpuMicros / one.cpuMicros))),
    }
  })
  const findings = scenario.ratios.flatMap(({ of, to, atLeast, aim }, index) => {
    if (atLeast === undefined) return []
    const value = ratios[index]?.value ?? Number.NaN
    const common = { scenario: scenario.name, what: `${of} ÷ ${to}`, value, unit: 'ratio' } as const
    return [finding({ ...common, bound: { atLeast }, ...(aim !== undefined && { aim }) })]
  })
  const rows = running.map(({ entry, slices }) => rowOf(entry.name, slices))
  return {
    scenario: scenario.name,
    rows,
    ratios: ratios.map((ratio) => ({ ...ratio, value: rounded(ratio.value) })),
    findings: [...findings, ...latencyFindings(scenario, rows)],
  }
}

function rowOf(contender: string, slices: readonly Measured[]): Row {
  const middle = (of: (slice: Measured) => number) => rounded(median(slices.map(of)))
  return {
    contender,
    requestsPerSecond: middle((slice) => slice.requestsPerSecond),
    p50Ms: middle((slice) => slice.p50Ms),
    p99Ms: middle((slice) => slice.p99Ms),
    p99OfAllMs: rounded(p99Of(slices)),
    maxMs: rounded(Math.max(...slices.map((slice) => slice.maxMs))),
    cpuMicrosPerRequest: orNull(middle((slice) => slice.cpuMicros)),
  }
}

function latencyFindings({ name, latency }: Scenario, rows: readonly Row[]): Finding[] {
  const row = rows.find(({ contender }) => contender === 'grantd')
  if (latency === undefined || row === undefined) return []
  const common = { scenario: name, unit: 'ms' } as const
  return [
    finding({ ...common, what: 'grantd p99', value: row.p99Ms, bound: { atMost: latency.p99 } }),
    finding({
      ...common,
      what: 'grantd longest wait',
      value: row.maxMs,
      bound: { atMost: latency.longest },
    }),
  ]
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null
}
