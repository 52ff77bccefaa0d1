import type { EventBackend } from './backend.ts'

/** A log line for each event. */
export const consoleBackend: EventBackend = {
  name: 'console',
  open: ({ log }) => [
    {
      name: 'console',
      isDurable: false,
      publish: async (events) =>
        events.map((event) => {
          log.info({ event }, event.event.event_type)
          return 'published'
        }),
      health: async () => ({ healthy: true }),
      close: async () => {},
    },
  ],
}
