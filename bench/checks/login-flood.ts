import { contenderOn } from '../contenders.ts'
import { finding } from '../finding.ts'
import { loadAll } from '../load.ts'
import { openLoop, type Stream } from '../open-loop.ts'
import { Site } from '../site.ts'
import { median } from '../statistics.ts'
import { CLIENT_CREDENTIALS, signIn } from '../traffic.ts'
import type { Check } from './check.ts'

const FLOOD = 10
const TOKENS_PER_SECOND = 100
/** Each from a network of its own and for an account of its own, so that no counter ends the flood. */
const GUESSERS = 100
const COUNTERS = {
  OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1',
  OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS: '1000',
}

/** Ten times as many sign-ins as passwords can be hashed: clients must not notice. */
export const loginFlood: Check = {
  name: 'login-flood',
  async run({ quick }) {
    const site = await Site.create('ES256', COUNTERS)
    try {
      const server = await site.serve('servers')
      const contender = contenderOn(site, [server])
      const form = await signIn()(contender, { wanted: 1, sample: { bytes: 0 } })
      const seconds = quick ? 3 : 15
      const capacity = await loadAll([server.port], { ...form, connections: 8, seconds: 3 })
      const tokens: Stream = {
        name: 'token',
        path: '/oauth/token',
        body: CLIENT_CREDENTIALS,
        perSecond: TOKENS_PER_SECOND,
        connections: 64,
      }
      const body = new URLSearchParams(form.bodies?.[0])
      const flood = Array.from({ length: GUESSERS }, (_, number): Stream => {
        body.set('username', `nobody${number}`)
        return {
          name: 'sign-in',
          path: form.path,
          body: body.toString(),
          headers: { ...form.headers, 'x-forwarded-for': `10.1.${number}.1` },
          perSecond: (capacity.requestsPerSecond * FLOOD) / GUESSERS,
          connections: 8,
        }
      })
      const ratios: number[] = []
      const details: unknown[] = []
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        const [alone] = await openLoop({ port: server.port, seconds, streams: [tokens] })
        const together = await openLoop({ port: server.port, seconds, streams: [tokens, ...flood] })
        ratios.push((together[0]?.fineP99Ms ?? Number.NaN) / (alone?.fineP99Ms ?? Number.NaN))
        details.push({ alone, together: together.slice(0, 2) })
      }
      return {
        findings: [
          finding({
            scenario: 'login-flood',
            what: 'p99 of tokens during a flood of sign-ins, to that without',
            value: median(ratios),
            unit: 'ratio',
            bound: { atMost: 2 },
          }),
        ],
        details: { signInsPerSecond: capacity.requestsPerSecond, rounds: details },
      }
    } finally {
      await site.close()
    }
  },
}
