import { EventRing } from '../event-ring.ts'
import type { EventBackend } from './backend.ts'

/** The newest events, in this process. */
export const inMemory: EventBackend = {
  name: 'in_memory',
  open: ({ settings }) => [new EventRing({ name: 'in_memory', size: settings.memory_size })],
}
