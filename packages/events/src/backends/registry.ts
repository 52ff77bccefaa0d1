import type { EventSink } from '@grantd/domain'
import type { BackendParts, BackendSettings, EventBackend } from './backend.ts'
import { both } from './both.ts'
import { consoleBackend } from './console.ts'
import { inMemory } from './in-memory.ts'
import { kafka } from './kafka.ts'
import { rabbit } from './rabbit.ts'
import { limited } from './rate-limit.ts'
import { redis } from './redis.ts'
import { webhook } from './webhook.ts'

/** THE LIST of backends. */
export const BACKENDS: readonly EventBackend[] = [
  inMemory,
  consoleBackend,
  both,
  redis,
  kafka,
  rabbit,
  webhook,
]

/** A backend by its name or another name it goes by; `undefined` when there is none. */
export function backendNamed(
  name: string,
  more: readonly EventBackend[] = [],
): EventBackend | undefined {
  return [...BACKENDS, ...more].find(
    (backend) => backend.name === name || backend.aliases?.includes(name),
  )
}

/** The sinks of some backends, each once, with the limits that the settings set. */
export async function openSinks(
  backends: readonly EventBackend[],
  parts: BackendParts,
): Promise<readonly EventSink[]> {
  const sinks = new Map<string, EventSink>()
  for (const backend of backends) {
    for (const sink of await backend.open(parts)) {
      if (!sinks.has(sink.name)) {
        sinks.set(sink.name, limited(sink, limitOf(backend.name, parts.settings)))
      }
    }
  }
  return [...sinks.values()]
}

function limitOf(name: string, settings: BackendSettings): number {
  switch (name) {
    case 'redis':
    case 'kafka':
    case 'rabbit':
    case 'webhook':
      return settings[name].max_per_sec
    default:
      return 0
  }
}
