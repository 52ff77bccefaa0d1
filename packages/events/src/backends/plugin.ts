import type { EventEnvelope, EventSink, PublishOutcome } from '@grantd/domain'
import type { EventLog } from '../log.ts'
import type { EventBackend } from './backend.ts'
import { keepOrder, reasonOf, within } from './outcomes.ts'

/** A backend of your own: a module that exports one of these as `plugin`. */
export interface EventPlugin {
  /** What OAUTH2_EVENTS_BACKEND calls it: lower case, digits, `_` and `-`. */
  readonly name: string
  /**
   * Delivers one event; resolves when it has arrived. A rejection means: try again. An error whose
   * `permanent` is true means: never this event.
   */
  emit(event: EventEnvelope): Promise<void>
  /** Whether it could deliver now; absent: unless `emit` did not answer when it was last asked. */
  healthCheck?(): Promise<boolean>
  close?(): Promise<void>
}

const EMIT_MS = 5_000
const HEALTH_MS = 900

/** Throws TypeError when a module does not export a plugin. */
export function backendOfPlugin(exported: unknown, log: EventLog): EventBackend {
  const plugin = exported as Partial<EventPlugin> | undefined
  const isNamed = typeof plugin?.name === 'string' && /^[a-z][a-z0-9_-]{0,39}$/.test(plugin.name)
  if (!isNamed || typeof plugin?.emit !== 'function') {
    throw new TypeError('it must export `plugin`, an object with a `name` and a method `emit`')
  }
  const whole = plugin as EventPlugin // what is optional is looked at before it is called
  log.info({ backend: whole.name }, 'an event backend of your own is loaded')
  return { name: whole.name, open: () => [sinkOfPlugin(whole)] }
}

export function sinkOfPlugin(plugin: EventPlugin): EventSink {
  let isSilent = false
  return {
    name: plugin.name,
    isDurable: true,
    async publish(events) {
      const outcomes: PublishOutcome[] = []
      let giveUp: (error: Error) => void = () => undefined
      // One timer for all of them, set anew for each: there may be thousands a second.
      const timer = setTimeout(() => giveUp(new TooLate(plugin)), EMIT_MS)
      for (const event of events) {
        try {
          timer.refresh()
          await new Promise<void>((resolve, reject) => {
            giveUp = reject
            Promise.resolve(plugin.emit(copyOf(event))).then(resolve, reject)
          })
          isSilent = false
          outcomes.push('published')
        } catch (error) {
          isSilent = error instanceof TooLate
          const isPermanent = (error as { permanent?: unknown } | undefined)?.permanent === true
          if (isPermanent) {
            outcomes.push({ rejected: reasonOf(error) })
            continue
          }
          outcomes.push({ retry: reasonOf(error) })
          break
        }
      }
      clearTimeout(timer)
      return keepOrder(
        events,
        events.map((_, index) => outcomes[index] ?? { retry: 'an earlier event waits' }),
      )
    },
    async health() {
      if (plugin.healthCheck === undefined) {
        return isSilent
          ? { healthy: false, detail: new TooLate(plugin).message }
          : { healthy: true }
      }
      try {
        return { healthy: await within(plugin.healthCheck(), HEALTH_MS, plugin.name) }
      } catch (error) {
        return { healthy: false, detail: reasonOf(error) }
      }
    },
    close: async () => plugin.close?.(),
  }
}

/** Its own, to change as it likes: other backends, the stream and the next attempt have the same event. */
function copyOf(envelope: EventEnvelope): EventEnvelope {
  const { event, attributes } = envelope
  const metadata = { ...event.metadata }
  return { ...envelope, event: { ...event, metadata }, attributes: { ...attributes } }
}

class TooLate extends Error {
  constructor({ name }: EventPlugin) {
    super(`${name} did not answer in ${EMIT_MS} ms`)
  }
}
