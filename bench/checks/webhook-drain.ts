import { fileURLToPath } from 'node:url'
import {
  EVENT_PRODUCER,
  type EventEnvelope,
  IdMaker,
  makeEvent,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import { type BackendParts, backendNamed, createEncoder } from '@grantd/events'
import { freePort } from '@grantd/testkit/ports'
import { createGuardedHttp } from '../../packages/server/src/outbound/guarded-http.ts'
import { finding } from '../finding.ts'
import { ServerProcess } from '../process.ts'
import type { Check } from './check.ts'

const RECEIVER = fileURLToPath(new URL('../contenders/take-webhooks.ts', import.meta.url))
/** As the relay calls a sink. */
const CALL = 128
const CLIENTS = 100
const NONE = { max_per_sec: 0, url: '', stream: '', maxlen: 0, brokers: [], topic: '' }
const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** How fast a webhook takes what waits for it: one signed POST per event, to a receiver on this machine. */
export const webhookDrain: Check = {
  name: 'webhook-drain',
  async run({ quick }) {
    const port = await freePort()
    const receiver = await ServerProcess.start({
      command: [process.execPath, RECEIVER],
      port,
      probe: '/',
      env: { PORT: String(port) },
      place: 'load',
    })
    try {
      const [sink] = (await backendNamed('webhook', [])?.open(partsFor(port))) ?? []
      if (sink === undefined) throw new Error('there is no backend "webhook"')
      await drain(sink, 2_000)
      const count = quick ? 2_000 : 30_000
      const startedAt = performance.now()
      await drain(sink, count)
      const value = count / ((performance.now() - startedAt) / 1_000)
      const bound = { atLeast: 5_000 }
      const what = 'events a second that a webhook takes'
      return {
        findings: [finding({ scenario: 'webhook-drain', what, value, unit: '/s', bound })],
        details: { count },
      }
    } finally {
      await receiver.stop()
    }
  },
}

type Sink = Awaited<ReturnType<NonNullable<ReturnType<typeof backendNamed>>['open']>>[number]

async function drain(sink: Sink, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += CALL) {
    const outcomes = await sink.publish(Array.from({ length: CALL }, (_, n) => eventOf(sent + n)))
    const failed = outcomes.find((outcome) => outcome !== 'published')
    if (failed !== undefined) throw new Error(JSON.stringify(failed))
  }
}

function eventOf(n: number): EventEnvelope {
  const origin = { correlationId: 'f6f2a64a-7eaf-4c3a-94af-4457cc8f8f2a', source: 'http' }
  return makeEvent(
    {
      type: 'token_created',
      clientId: `client-${n % CLIENTS}`,
      metadata: { scope: 'read write', grant_type: 'client_credentials' },
    },
    { id: ids.next(), nowMs: systemClock.nowMs(), producer: EVENT_PRODUCER, origin },
  )
}

function partsFor(port: number): BackendParts {
  return {
    settings: {
      memory_size: 1,
      redis: NONE,
      kafka: NONE,
      rabbit: { ...NONE, exchange: '', routing_key: '' },
      webhook: {
        max_per_sec: 0,
        urls: [`http://127.0.0.1:${port}/`],
        secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      },
    },
    log: silent,
    http: createGuardedHttp({ allowedNetworks: ['127.0.0.0/8'] }),
    encode: createEncoder('envelope', 'https://auth.example'),
    nowMs: () => systemClock.nowMs(),
  }
}
