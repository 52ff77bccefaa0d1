import { setTimeout as sleep } from 'node:timers/promises'
import type { EventSink, PublishOutcome } from '@grantd/domain'

/**
 * The same sink, which gets at most `perSecond` events a second; what comes faster waits. 0 is no
 * limit. The bucket holds one second's worth, so a quiet backend takes a burst at once.
 */
export function limited(sink: EventSink, perSecond: number): EventSink {
  if (perSecond === 0) return sink
  const ending = new AbortController()
  let tokens = perSecond
  let filledAt = performance.now()
  let last: Promise<unknown> = Promise.resolve()

  async function take(wanted: number): Promise<number> {
    for (;;) {
      const now = performance.now()
      tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1_000) * perSecond)
      filledAt = now
      const taken = Math.min(wanted, Math.floor(tokens))
      tokens -= taken
      if (taken > 0 || ending.signal.aborted) return taken
      const ms = Math.ceil(((1 - tokens) / perSecond) * 1_000)
      await sleep(ms, undefined, { signal: ending.signal, ref: false }).catch(() => undefined)
    }
  }

  async function publishSlowly(
    events: Parameters<EventSink['publish']>[0],
  ): Promise<readonly PublishOutcome[]> {
    const outcomes: PublishOutcome[] = []
    while (outcomes.length < events.length) {
      const count = await take(events.length - outcomes.length)
      if (count === 0) return events.map((_, index) => outcomes[index] ?? { retry: 'closing' })
      const part = await sink.publish(events.slice(outcomes.length, outcomes.length + count))
      outcomes.push(...part)
      // Behind a failure the order of a key would break; the caller offers the rest again.
      if (part.some((outcome) => outcome !== 'published' && 'retry' in outcome)) {
        return events.map((_, index) => outcomes[index] ?? { retry: 'an earlier event waits' })
      }
    }
    return outcomes
  }

  return {
    ...sink,
    publish(events) {
      const turn = last.then(() => publishSlowly(events))
      last = turn
      return turn
    },
    close() {
      ending.abort()
      return sink.close()
    },
  }
}
