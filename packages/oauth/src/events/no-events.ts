import type { EventBus } from '@grantd/domain'

/** Where nobody listens: a command of an operator, a server with events turned off. */
export const NO_EVENTS: EventBus = {
  isEnabled: false,
  hasRoom: () => true,
  wants: () => false,
  emit: () => undefined,
  health: async () => ({ enabled: false, plugins: [] }),
  deliveries: () => ({ deliveries: [], dead: [] }),
  redeliver: async () => [],
  test: async () => [],
}
