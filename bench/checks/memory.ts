import { finding } from '../finding.ts'
import { loadAll } from '../load.ts'
import { Site } from '../site.ts'
import { median, rounded, slope } from '../statistics.ts'
import { CLIENT_CREDENTIALS } from '../traffic.ts'
import type { Check } from './check.ts'

const SLICE_SECONDS = 10
const SLICES = 30

/** Resident memory over five minutes of full load; flat means that the second half does not climb. */
export const memory: Check = {
  name: 'memory',
  async run({ connections, quick }) {
    const site = await Site.create('ES256')
    try {
      const server = await site.serve()
      const seen: number[] = []
      let longest = 0
      const slices = quick ? 4 : SLICES
      const load = { path: '/oauth/token', bodies: [CLIENT_CREDENTIALS], connections }
      for (let slice = 0; slice < slices; slice++) {
        const { maxMs } = await loadAll([server.port], { ...load, seconds: SLICE_SECONDS })
        longest = Math.max(longest, maxMs)
        seen.push(server.residentMb())
      }
      const late = seen.slice(seen.length >> 1)
      const common = { scenario: 'memory' }
      return {
        findings: [
          finding({
            ...common,
            what: `after ${(slices * SLICE_SECONDS) / 60} minutes of load`,
            value: seen.at(-1) ?? Number.NaN,
            unit: 'MB',
            bound: { atMost: 250 },
          }),
          finding({
            ...common,
            what: 'growth in the second half',
            value: slope(late) * (60 / SLICE_SECONDS),
            unit: 'MB/min',
            bound: { atMost: 2 },
          }),
        ],
        details: { residentMb: seen.map(rounded), medianMb: median(seen), longestMs: longest },
      }
    } finally {
      await site.close()
    }
  },
}
