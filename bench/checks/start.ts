import { finding } from '../finding.ts'
import { Site } from '../site.ts'
import { median, rounded } from '../statistics.ts'
import type { Check } from './check.ts'

const IDLE_SECONDS = 3

/** From the start of the process to the first 200 of `/ready`, on a database that is migrated; and rest. */
export const start: Check = {
  name: 'start',
  async run({ rounds }) {
    const site = await Site.create('ES256')
    try {
      await (await site.serve()).stop() // makes the keys
      const ready: number[] = []
      for (let round = 0; round < rounds; round++) {
        const server = await site.serve()
        ready.push(server.readyMs)
        await server.stop()
      }
      const server = await site.serve()
      await new Promise((rested) => setTimeout(rested, IDLE_SECONDS * 1_000))
      const idle = server.residentMb()
      const common = { scenario: 'start' }
      return {
        findings: [
          finding({
            ...common,
            what: 'ready on a migrated database',
            value: median(ready),
            unit: 'ms',
            bound: { atMost: 1_000 },
          }),
          finding({
            ...common,
            what: 'idle memory',
            value: idle,
            unit: 'MB',
            bound: { atMost: 120 },
          }),
        ],
        details: { readyMs: ready.map(rounded) },
      }
    } finally {
      await site.close()
    }
  },
}
