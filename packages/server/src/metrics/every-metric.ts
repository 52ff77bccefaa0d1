// Owns: the list of all metrics there can be, for the reference and for tests.
import { ActorSystem } from '@grantd/actors'
import { Eventing, Outbox } from '@grantd/events'
import type { Services } from '@grantd/oauth'
import type { Described } from '@grantd/telemetry'
import { OF_FLEET } from './reference.ts'
import { ServerMetrics } from './server-metrics.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** As a server has them that uses everything. Nothing is started. */
export function everyMetric(): readonly Described[] {
  const metrics = new ServerMetrics({ databaseUrl: 'sqlite:', version: '0', grantTypes: [] })
  metrics.hashing()
  metrics.cache({ isUp: true })
  metrics.redis()
  metrics.publishing()
  metrics.rateLimits()
  metrics.resilience(() => ({
    circuits: [{ name: 'storage', state: 'closed', trips: 0 }],
    bulkheads: [{ name: 'password_hashing', most: 1, inFlight: 0, rejected: 0 }],
    requests: { inFlight: 0, limit: 1, most: 1, rejected: 0 },
  }))
  metrics.http([])
  metrics.certificate(new Date(0))
  const passes = () => true
  metrics.running({
    services: {} as Services, // nothing is read
    actors: new ActorSystem(),
    eventing: new Eventing({ isEnabled: true, passes, sinks: [], log: silent }),
    outbox: new Outbox({ log: silent, fullRule: 'refuse', maxWaiting: 1 }),
    relay: undefined,
    log: silent,
    asks: false,
  })
  return [...metrics.describe(), OF_FLEET]
}
