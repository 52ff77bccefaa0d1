import { finding } from '../finding.ts'
import { type Load, loadAll } from '../load.ts'
import { openLoop, type StreamResult } from '../open-loop.ts'
import type { ServerProcess } from '../process.ts'
import { Site } from '../site.ts'
import { median } from '../statistics.ts'
import { CLIENT_CREDENTIALS } from '../traffic.ts'
import type { Check } from './check.ts'

const LOW = 0.2
const FLOOD = 5
const CONNECTIONS = 400
const LONGEST_RECOVERY_SECONDS = 10

/** What one second of the server's processor time brought: a busy machine gives less of them, not fewer for each. */
interface Phase extends StreamResult {
  readonly perCpuSecond: number
}

/**
 * Five times as many requests as it can answer. What counts is the work that still gets done, how long
 * those who are let in wait compared with a quiet time, and how soon all is normal.
 */
export const overload: Check = {
  name: 'overload',
  async run({ quick }) {
    const site = await Site.create('ES256')
    try {
      const server = await site.serve()
      const closed = { path: '/oauth/token', bodies: [CLIENT_CREDENTIALS], connections: 64 }
      await loadAll([server.port], { ...closed, seconds: 5 })
      const peaks: Peak[] = []
      for (let n = 0; n < 3; n++) peaks.push(await peakOf(server, closed))
      const perSecond = median(peaks.map((peak) => peak.perSecond))
      const at = (part: number, seconds: number) =>
        phase(server, Math.max(1, Math.round(perSecond * part)), seconds)
      const low = await at(LOW, quick ? 3 : 20)
      const flood = await at(FLOOD, quick ? 5 : 90)
      const recoverySeconds = await untilNormal(() => at(LOW, 1), low)
      const again = await at(LOW, quick ? 3 : 20)
      for (let n = 0; n < 2; n++) peaks.push(await peakOf(server, closed))
      const peakPerCpu = median(peaks.map((peak) => peak.perCpuSecond))
      const common = { scenario: 'overload' }
      return {
        findings: [
          finding({
            ...common,
            what: 'answers per processor second at five times the capacity, to those at the peak',
            value: flood.perCpuSecond / peakPerCpu,
            unit: 'ratio',
            bound: { atLeast: 0.9 },
          }),
          finding({
            ...common,
            what: 'p99 of those let in, to that of a quiet time',
            value: flood.fineP99Ms / median([low.fineP99Ms, again.fineP99Ms]),
            unit: 'ratio',
            bound: { atMost: 2 },
          }),
          finding({
            ...common,
            what: 'p99 of refusals',
            value: flood.refusedP99Ms,
            unit: 'ms',
            bound: { atMost: 1_000 },
          }),
          finding({
            ...common,
            what: 'until all was normal again',
            value: recoverySeconds * 1_000,
            unit: 'ms',
            bound: { atMost: 5_000 },
          }),
        ],
        details: { peaks, low, flood, again },
      }
    } finally {
      await site.close()
    }
  },
}

interface Peak {
  readonly perSecond: number
  readonly perCpuSecond: number
}

/** As much as it can do. Five seconds of it differ by a third from the next five, so several are asked for. */
async function peakOf(server: ServerProcess, closed: Omit<Load, 'seconds'>): Promise<Peak> {
  const before = server.cpuSeconds()
  const { requests, requestsPerSecond } = await loadAll([server.port], { ...closed, seconds: 5 })
  return {
    perSecond: requestsPerSecond,
    perCpuSecond: requests / (server.cpuSeconds() - before),
  }
}

async function phase(server: ServerProcess, perSecond: number, seconds: number): Promise<Phase> {
  const before = server.cpuSeconds()
  const [result] = await openLoop({
    port: server.port,
    seconds,
    streams: [
      {
        name: 'token',
        path: '/oauth/token',
        body: CLIENT_CREDENTIALS,
        perSecond,
        connections: CONNECTIONS,
      },
    ],
  })
  if (result === undefined) throw new Error('the generator said nothing')
  return { ...result, perCpuSecond: result.fine / (server.cpuSeconds() - before) }
}

/** Seconds that passed before one in which nobody was refused and few waited long. */
async function untilNormal(second: () => Promise<Phase>, low: Phase): Promise<number> {
  for (let passed = 0; passed < LONGEST_RECOVERY_SECONDS; passed++) {
    const { refused, broken, fineP99Ms } = await second()
    if (refused + broken === 0 && fineP99Ms < 2 * low.fineP99Ms) return passed
  }
  return LONGEST_RECOVERY_SECONDS
}
