import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { PrivateRedis } from '@grantd/testkit/redis'
import { finding } from '../finding.ts'
import type { ServerProcess } from '../process.ts'
import { OUTBOX } from '../scenarios.ts'
import { Site } from '../site.ts'
import { SoakTraffic } from '../soak-traffic.ts'
import { rounded, slope } from '../statistics.ts'
import type { Check } from './check.ts'

const MINUTES = 30
/** Until then code is compiled, caches fill, and the collector finds its pace. */
const WARM_UP = 1 / 3
const EVERY_MS = 10_000
const SAMPLES_A_MINUTE = 60_000 / EVERY_MS

interface Sample {
  readonly residentMb: number
  readonly heapMb: number
  readonly descriptors: number
  readonly cpuSeconds: number
  readonly answers: number
}

/**
 * Half an hour of everything at a moderate rate, with limits and cache in Redis and every event through the
 * outbox. What leaks, shows: memory, descriptors, answers that are not what they should be.
 */
export const soak: Check = {
  name: 'soak',
  byNameOnly: true,
  async run({ quick }) {
    await using redis = await PrivateRedis.start()
    const site = await Site.create('opaque', {
      ...OUTBOX,
      OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1',
      OAUTH2_CACHE_REDIS_URL: redis.url,
      OAUTH2_RATE_LIMIT_BACKEND: 'redis',
      OAUTH2_METRICS_PUBLIC: 'true',
    })
    try {
      const server = await site.serve('servers')
      const traffic = new SoakTraffic(server.port)
      const over = new AbortController()
      const running = traffic.run(over.signal)
      const samples: Sample[] = []
      const wanted = (quick ? 1 : MINUTES) * SAMPLES_A_MINUTE
      while (samples.length < wanted) {
        await Promise.race([pause(EVERY_MS), running])
        samples.push(await sampleOf(server, traffic))
      }
      over.abort()
      await running
      return resultOf(samples, traffic)
    } finally {
      await site.close()
    }
  },
}

async function sampleOf(server: ServerProcess, traffic: SoakTraffic): Promise<Sample> {
  const scraped = await fetch(`http://127.0.0.1:${server.port}/metrics`)
  const heap = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(await scraped.text())?.[1]
  return {
    residentMb: server.residentMb(),
    heapMb: Number(heap) / 1_048_576,
    descriptors: readdirSync(`/proc/${server.child.pid}/fd`).length,
    cpuSeconds: server.cpuSeconds(),
    answers: traffic.answers,
  }
}

function resultOf(samples: readonly Sample[], traffic: SoakTraffic) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP))
  const half = warm.length >> 1
  const most = (part: readonly Sample[]) => Math.max(...part.map(({ descriptors }) => descriptors))
  const common = { scenario: 'soak' }
  const [first, last] = [warm[0], samples.at(-1)]
  const seconds = ((warm.length - 1) * EVERY_MS) / 1_000
  return {
    findings: [
      finding({
        ...common,
        what: 'answers that were not what they should be',
        value: [...traffic.unexpected.values()].reduce((sum, count) => sum + count, 0),
        unit: 'count',
        bound: { atMost: 0 },
      }),
      finding({
        ...common,
        what: 'growth of resident memory after a third of the time',
        value: slope(warm.map(({ residentMb }) => residentMb)) * SAMPLES_A_MINUTE,
        unit: 'MB/min',
        bound: { atMost: 0.5 },
      }),
      finding({
        ...common,
        what: 'growth of the heap, from the least of each minute',
        value: slope(leastOfMinutes(warm.map(({ heapMb }) => heapMb))),
        unit: 'MB/min',
        bound: { atMost: 0.25 },
      }),
      finding({
        ...common,
        what: 'file descriptors, more in the second half than in the first',
        value: most(warm.slice(half)) - most(warm.slice(0, half)),
        unit: 'count',
        bound: { atMost: 2 },
      }),
    ],
    details: {
      answers: traffic.answers,
      unexpected: Object.fromEntries(traffic.unexpected),
      cores: rounded(((last?.cpuSeconds ?? 0) - (first?.cpuSeconds ?? 0)) / seconds),
      perSecond: rounded(((last?.answers ?? 0) - (first?.answers ?? 0)) / seconds),
      samples: samples.map(({ residentMb, heapMb, descriptors }) => ({
        residentMb: rounded(residentMb),
        heapMb: rounded(heapMb),
        descriptors,
      })),
    },
  }
}

function leastOfMinutes(values: readonly number[]): number[] {
  const minutes: number[] = []
  for (let at = 0; at + SAMPLES_A_MINUTE <= values.length; at += SAMPLES_A_MINUTE) {
    minutes.push(Math.min(...values.slice(at, at + SAMPLES_A_MINUTE)))
  }
  return minutes
}
