import type { EventBackend } from './backend.ts'
import { consoleBackend } from './console.ts'
import { inMemory } from './in-memory.ts'

/** The name that these two have together. */
export const both: EventBackend = {
  name: 'both',
  open: async (parts) => [...(await inMemory.open(parts)), ...(await consoleBackend.open(parts))],
}
