// Owns: the outbox of a running server: whether there is one, its relay, how full it is.
// Does not own: appending and delivering (@grantd/events). Start here: `startOutbox`.
import {
  after,
  type Clock,
  type EpochSeconds,
  type EventBus,
  type EventHealth,
  type Storage,
} from '@grantd/domain'
import { type Eventing, Outbox, type PublishObserver, Relay } from '@grantd/events'
import type { Log } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'

export interface StartedOutbox {
  /** `undefined` when no event has to outlive this process. */
  readonly outbox: Outbox | undefined
  readonly relay: Relay
  /** The event bus, whose health counts what waits in the outbox too. */
  readonly bus: EventBus
  /** Delivers what waits for up to `drainMs`. Never rejects. */
  stop(drainMs: number): Promise<void>
}

export interface OutboxParts {
  readonly settings: Settings['events']
  readonly eventing: Eventing
  readonly storage: Storage
  readonly clock: Clock
  /** Names this process among those that share the database. */
  readonly owner: string
  readonly log: Log
  /** Of several workers one delivers; each stores its events and knows how many wait. */
  readonly delivers: boolean
  readonly onPublished?: PublishObserver | undefined
}

const MEASURE_EVERY_MS = 1_000

/** Resolves when every durable backend is known to the outbox, so that no event can pass it by. */
export async function startOutbox(parts: OutboxParts): Promise<StartedOutbox> {
  const { settings, eventing, storage, clock, owner, log } = parts
  const sinks = eventing.sinks.filter(({ isDurable }) => isDurable)
  const { max_waiting: maxWaiting, when_full: fullRule, history_days: days } = settings.outbox
  const relay = new Relay({
    storage,
    sinks,
    clock,
    log,
    owner,
    settings: { trims: days === 0 },
    onPublished: parts.onPublished,
  })
  const isWanted = settings.enabled && (sinks.length > 0 || days > 0)
  if (!isWanted) {
    return { outbox: undefined, relay, bus: eventing, stop: async () => undefined }
  }
  await (parts.delivers ? relay.start() : relay.register())
  const onCommitted = () => relay.poke()
  const outbox = new Outbox({ log, fullRule, maxWaiting, onCommitted })
  const measure = () =>
    relay.backlog().then(
      (waiting) => outbox.measured(waiting),
      // The database is away; whatever is committed next says so by itself.
      () => undefined,
    )
  await measure()
  const timer = setInterval(measure, MEASURE_EVERY_MS)
  timer.unref()
  return {
    outbox,
    relay,
    bus: withOutboxHealth(eventing, relay),
    stop: async (drainMs) => {
      clearInterval(timer)
      await relay.stop(drainMs)
    },
  }
}

function withOutboxHealth(bus: Eventing, relay: Relay): EventBus {
  return {
    isEnabled: bus.isEnabled,
    feed: bus.feed,
    hasRoom: () => bus.hasRoom(),
    wants: (type) => bus.wants(type),
    emit: (event) => bus.emit(event),
    recent: (wanted) => bus.recent(wanted),
    deliveries: (limit) => bus.deliveries(limit),
    redeliver: (id) => bus.redeliver(id),
    test: (event) => bus.test(event),
    health: async (): Promise<EventHealth> => {
      const [health, stored] = await Promise.all([bus.health(), relay.progress()])
      const waitingOf = (name: string) => stored.find((one) => one.name === name)?.waiting ?? 0
      const plugins = health.plugins.map((plugin) => ({
        ...plugin,
        waiting: plugin.waiting + waitingOf(plugin.name),
      }))
      return { ...health, plugins }
    },
  }
}

interface History {
  readonly days: number
  readonly now: EpochSeconds
  readonly batch: number
}

/** How many events `trimHistory` would let go of; changes nothing. */
export async function countAgedEvents(
  { outbox }: Pick<Storage, 'outbox'>,
  { days, now, batch }: History,
): Promise<number> {
  if (days === 0) return 0
  const before = after(now, -days * 86_400)
  // What a backend has still to get stays, however old it is.
  const passed = Math.min(...(await outbox.sinks()).map(({ cursor }) => cursor))
  let count = 0
  for (let seq = 0; ; ) {
    const page = await outbox.read(seq, batch)
    const aged = page.filter((entry) => entry.createdAt < before && entry.seq <= passed)
    count += aged.length
    const last = page.at(-1)
    if (last === undefined || aged.length < page.length || page.length < batch) return count
    seq = last.seq
  }
}

/** Lets go of events that are older than the history is meant to be, a batch at a time. */
export async function trimHistory(
  storage: Pick<Storage, 'commit' | 'outbox'>,
  history: History,
): Promise<void> {
  if (history.days === 0) return
  const before = after(history.now, -history.days * 86_400)
  for (let start = await firstPlace(storage); ; ) {
    await storage.commit([{ kind: 'outbox.trim', before, limit: history.batch }])
    const next = await firstPlace(storage)
    if (next === start) return
    start = next
  }
}

async function firstPlace(storage: Pick<Storage, 'outbox'>): Promise<number | undefined> {
  return (await storage.outbox.read(0, 1))[0]?.seq
}
