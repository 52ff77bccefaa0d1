import { type EventBus, FEED_ENDS, type FeedCounts, type FeedEnd } from '@grantd/domain'

const ended = Object.fromEntries(FEED_ENDS.map((end) => [end, 0])) as Record<FeedEnd, number>
const counts: FeedCounts = { open: 0, refused: 0, ended }

/** Where nobody listens: a command of an operator, a server with events turned off. */
export const NO_EVENTS: EventBus = {
  isEnabled: false,
  feed: { counts, open: () => undefined },
  hasRoom: () => true,
  wants: () => false,
  emit: () => undefined,
  health: async () => ({ enabled: false, plugins: [], streams: counts }),
  recent: () => undefined,
  deliveries: () => ({ deliveries: [], dead: [] }),
  redeliver: async () => [],
  test: async () => [],
}
