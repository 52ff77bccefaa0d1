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
/** The addresses of those who guess are believed, so that no counter ends the flood. */
const COUNTERS = { OAUTH2_SERVER_TRUSTED_PROXIES: '127.0.0.1' }

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
      body.delete('username')
      // Each guess is for an account of its own and from a network of its own: all have to be hashed.
      const flood: Stream = {
        name: 'sign-in',
        path: form.path,
        body: `username=nobody{n}&${body}`,
        headers: { ...form.headers, 'x-forwarded-for': '{ip}' },
        perSecond: capacity.requestsPerSecond * FLOOD,
        connections: 800,
      }
      const load = { port: server.port, seconds, rests: true }
      const ratios: number[] = []
      const details: unknown[] = []
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        const [alone] = await openLoop({ ...load, streams: [tokens] })
        const [together, guesses] = await openLoop({ ...load, streams: [tokens, flood] })
        ratios.push((together?.fineP99Ms ?? Number.NaN) / (alone?.fineP99Ms ?? Number.NaN))
        details.push({ alone, together, guesses })
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
