import { fileURLToPath } from 'node:url'
import { compare } from '../compare.ts'
import { grantd } from '../contenders.ts'
import { finding } from '../finding.ts'
import { CLIENT_CREDENTIALS, post } from '../traffic.ts'
import type { Check } from './check.ts'

const traffic = post('/oauth/token', CLIENT_CREDENTIALS)

function withBackend(name: string, file: string): Readonly<Record<string, string>> {
  const plugin = fileURLToPath(new URL(`../contenders/${file}`, import.meta.url))
  return { OAUTH2_EVENTS_PLUGINS: plugin, OAUTH2_EVENTS_BACKEND: name }
}

/** Does a backend of events that hangs slow down those who ask for tokens? */
export const hangingBackend: Check = {
  name: 'hanging-backend',
  async run(options) {
    const { rows, ratios } = await compare(
      {
        name: 'hanging-backend',
        entries: [
          {
            name: 'takes',
            start: grantd('ES256', 1, withBackend('taker', 'take-events.ts')),
            traffic,
          },
          {
            name: 'hangs',
            start: grantd('ES256', 1, withBackend('hanging', 'hang-events.ts')),
            traffic,
          },
        ],
        ratios: [{ of: 'hangs', to: 'takes', atLeast: 0.9 }],
      },
      options,
    )
    const p99 = (name: string) =>
      rows.find(({ contender }) => contender === name)?.p99Ms ?? Number.NaN
    return {
      findings: [
        finding({
          scenario: 'hanging-backend',
          what: 'p99 with a backend that hangs ÷ p99 with one that takes events',
          value: p99('hangs') / p99('takes'),
          unit: 'ratio',
          bound: { atMost: 1.1 },
        }),
      ],
      details: { rows, ratios },
    }
  },
}
