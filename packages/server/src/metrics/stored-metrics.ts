// Owns: what only the database knows: keys, clients, tokens, mails, events that wait. Does not own:
// counting rows (@grantd/storage). Start here: `addStoredMetrics`.
import { setTimeout as sleep } from 'node:timers/promises'
import { type CountedKind, nowSeconds } from '@grantd/domain'
import type { Relay } from '@grantd/events'
import type { Log, Services } from '@grantd/oauth'
import type { MetricRegistry } from '@grantd/telemetry'

/** Younger answers are given again: several Prometheus servers ask no more of the database than one. */
const GOOD_FOR_MS = 5_000
/** A scrape waits no longer than this for the database; what comes later is in the next one. */
const PATIENCE_MS = 500
/** Rows of one slice: two milliseconds of SQLite, which reads where requests are served. */
const SLICE = 2_000
const SLICE_PAUSE_MS = 20
/** A count of rows is this old at least before it is made again, and takes a hundredth of the time at most. */
const COUNT_EVERY_MS = 60_000
const COUNT_SHARE = 100
const KINDS: readonly CountedKind[] = ['clients', 'tokens', 'mails']

export interface StoredParts {
  readonly services: Pick<Services, 'storage' | 'clock'>
  readonly relay: Relay | undefined
  readonly log: Log
  /** Of several workers one asks; the others would say the same. */
  readonly asks: boolean
}

export function addStoredMetrics(
  registry: MetricRegistry,
  { services, relay, log, asks }: StoredParts,
): void {
  const { storage, clock } = services
  const gauges = stored(registry)
  let isFailing = false

  async function refresh(): Promise<void> {
    const now = nowSeconds(clock)
    const keys = await storage.keys.list()
    gauges.keys.clear()
    const numbers = Map.groupBy(keys, ({ state, algorithm }) => `${state} ${algorithm}`)
    for (const [about, list] of numbers) gauges.keys.set(list.length, ...about.split(' '))
    gauges.keyAge.clear()
    for (const { state, algorithm, stateChangedAt } of keys)
      if (state === 'active') gauges.keyAge.set(Math.max(0, now - stateChangedAt), algorithm)
    const { waiting, dead } = await storage.outbox.countParked()
    gauges.parked.set(waiting)
    gauges.dead.set(dead)
    if (relay === undefined) return
    const sinks = await storage.outbox.sinks()
    const lanes: { name: string; left: number; lag: number }[] = []
    for (const { name, waiting: left } of await relay.progress()) {
      const cursor = sinks.find((sink) => sink.name === name)?.cursor
      const oldest = left > 0 && cursor !== undefined ? await storage.outbox.read(cursor, 1) : []
      lanes.push({ name, left, lag: Math.max(0, now - (oldest[0]?.createdAt ?? now)) })
    }
    // At once, so that a database which is slow just now leaves what was known.
    gauges.outboxWaiting.clear()
    gauges.outboxLag.clear()
    for (const { name, left, lag } of lanes) {
      gauges.outboxWaiting.set(left, name)
      gauges.outboxLag.set(lag, name)
    }
  }

  async function count(kind: CountedKind): Promise<number> {
    let total = 0
    for (let after: string | undefined; ; ) {
      const at = nowSeconds(clock)
      const slice = { limit: SLICE, at, ...(after !== undefined && { after }) }
      const { count: found, next } = await storage.count(kind, slice)
      total += found
      if (next === undefined) return total
      after = next
      await sleep(SLICE_PAUSE_MS, undefined, { ref: false })
    }
  }

  async function countAll(): Promise<void> {
    for (const kind of KINDS) gauges[kind].set(await count(kind))
  }

  const told = (work: () => Promise<void>) => () =>
    work().then(
      () => {
        isFailing = false
      },
      (error: unknown) => {
        if (!isFailing) log.warn({ err: error }, 'metrics of the database could not be read')
        isFailing = true
      },
    )
  if (!asks) return
  const fresh = paced(told(refresh), () => GOOD_FOR_MS)
  const counted = paced(told(countAll), (tookMs) => Math.max(COUNT_EVERY_MS, COUNT_SHARE * tookMs))
  registry.beforeReading(() =>
    Promise.race([
      Promise.all([fresh(), counted()]),
      sleep(PATIENCE_MS, undefined, { ref: false }),
    ]).then(() => undefined),
  )
}

function stored(registry: MetricRegistry) {
  const gauge = (name: string, help: string, ...labels: string[]) =>
    registry.gauge({ name, help, labels, merge: 'max' })
  return {
    clients: gauge('oauth_clients_total', 'Registered clients. Counted at most once a minute.'),
    tokens: gauge(
      'oauth_active_tokens',
      'Access tokens that have neither expired nor been revoked. Counted at most once a minute.',
    ),
    mails: gauge('mail_queue', 'Mails that wait to be sent. Counted at most once a minute.'),
    keys: gauge('keys', 'Signing keys by state and algorithm.', 'state', 'alg'),
    keyAge: gauge(
      'signing_key_age_seconds',
      'How long the key that signs has been signing.',
      'alg',
    ),
    parked: gauge('outbox_parked', 'Events that a backend refused and that are tried again.'),
    dead: gauge('outbox_dead_letters', 'Events that were given up: an operator has to look.'),
    outboxWaiting: gauge(
      'outbox_waiting',
      'Stored events that a backend has still to get.',
      'backend',
    ),
    outboxLag: gauge(
      'outbox_lag_seconds',
      'Age of the oldest stored event that a backend has still to get.',
      'backend',
    ),
  } as const
}

/** One call at a time, and none while the answer of the last is good. Resolves when it is. */
function paced(
  work: () => Promise<void>,
  goodFor: (tookMs: number) => number,
): () => Promise<void> {
  let dueAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  return () => {
    if (running !== undefined) return running
    const startedAt = performance.now()
    if (startedAt < dueAt) return Promise.resolve()
    running = work().finally(() => {
      const now = performance.now()
      dueAt = now + goodFor(now - startedAt)
      running = undefined
    })
    return running
  }
}
