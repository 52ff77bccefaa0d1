// Owns: what the actors count of themselves, as metrics. Nothing is measured here.
import type { ActorMetrics, ActorSystem, Counters, Timing } from '@grantd/actors'
import { histogramValues, type MetricRegistry, type Value } from '@grantd/telemetry'

/** The runtime sorts into powers of two microseconds; every second of them is shown. */
const FINE = Array.from({ length: 25 }, (_, power) => 2 ** power / 1e6)
const SHOWN = FINE.filter((_, power) => power >= 6 && power % 2 === 0)

export function addActorMetrics(registry: MetricRegistry, actors: ActorSystem): void {
  const all = (): readonly ActorMetrics[] => actors.metrics().actors
  const counter = (name: string, help: string, of: (total: Counters) => number) =>
    registry.derived({
      name,
      help,
      type: 'counter',
      labels: ['actor'],
      read: () => all().map(({ actor, total }) => ({ labels: { actor }, value: of(total) })),
    })
  const gauge = (name: string, help: string, of: (total: Counters) => number) =>
    registry.derived({
      name,
      help,
      type: 'gauge',
      labels: ['actor'],
      read: () => all().map(({ actor, total }) => ({ labels: { actor }, value: of(total) })),
    })
  const timing = (name: string, help: string, of: (total: Counters) => Timing) =>
    registry.derived({
      name,
      help,
      type: 'histogram',
      labels: ['actor'],
      read: (full) => all().flatMap(({ actor, total }) => timed(full, { actor }, of(total))),
    })
  gauge('actor_mailbox_depth', 'Messages that wait, by actor.', ({ depth }) => depth)
  gauge('actor_in_flight', 'Messages that are being handled, by actor.', ({ inFlight }) => inFlight)
  counter('actor_handled_total', 'Messages handled without a fault.', ({ handled }) => handled)
  counter('actor_refused_total', 'Messages answered with a refusal.', ({ refused }) => refused)
  counter('actor_failed_total', 'Messages whose handler faulted.', ({ failed }) => failed)
  counter(
    'actor_rejected_total',
    'Messages turned away because a mailbox was full.',
    ({ full }) => full,
  )
  counter('actor_expired_total', 'Messages whose deadline passed.', ({ expired }) => expired)
  counter('actor_restarts_total', 'Restarts of actors after faults.', ({ restarts }) => restarts)
  timing('actor_wait_seconds', 'How long messages waited for their turn.', ({ wait }) => wait)
  timing('actor_run_seconds', 'How long handlers took.', ({ run }) => run)
  registry.derived({
    name: 'actor_dead_letters_total',
    help: 'Messages that nobody handled, over all actors.',
    type: 'counter',
    read: () => [{ labels: {}, value: actors.metrics().deadLetters }],
  })
  addTokenActor(registry, all)
}

/** The actor that issues and rotates has names of its own, which boards know of old. */
function addTokenActor(registry: MetricRegistry, all: () => readonly ActorMetrics[]): void {
  const token = () => all().find(({ actor }) => actor === 'token')?.total
  const count = (of: (total: Counters) => number) => (): readonly Value[] => {
    const total = token()
    return [{ labels: {}, value: total === undefined ? 0 : of(total) }]
  }
  registry.derived({
    name: 'token_actor_duration_seconds',
    help: 'How long the token actors took for a message.',
    type: 'histogram',
    read: (name) => {
      const total = token()
      return total === undefined ? [] : timed(name, {}, total.run)
    },
  })
  registry.derived({
    name: 'token_actor_success_total',
    help: 'Messages that the token actors handled.',
    type: 'counter',
    read: count(({ handled }) => handled),
  })
  registry.derived({
    name: 'token_actor_errors_total',
    help: 'Messages that the token actors refused or failed at.',
    type: 'counter',
    read: count(({ refused, failed }) => refused + failed),
  })
}

function timed(name: string, labels: Value['labels'], { buckets, sum }: Timing): Value[] {
  return histogramValues(name, labels, SHOWN, { bounds: FINE, counts: buckets, sum: sum / 1e6 })
}
