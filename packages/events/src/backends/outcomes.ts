import { type EventEnvelope, eventKey, type PublishOutcome } from '@grantd/domain'

export function allRetry(events: readonly EventEnvelope[], reason: string): PublishOutcome[] {
  return events.map(() => ({ retry: reason }))
}

/** Behind an event that is to be offered again, every later one of its key is too: see `EventSink`. */
export function keepOrder(
  events: readonly EventEnvelope[],
  outcomes: readonly PublishOutcome[],
): PublishOutcome[] {
  if (!outcomes.some(isRetry)) return [...outcomes]
  const held = new Set<string>()
  return outcomes.map((outcome, index) => {
    const event = events[index]
    if (event === undefined) return outcome
    const key = eventKey(event)
    if (held.has(key)) return { retry: 'an earlier event of its key waits' }
    if (isRetry(outcome)) held.add(key)
    return outcome
  })
}

function isRetry(outcome: PublishOutcome): boolean {
  return typeof outcome === 'object' && 'retry' in outcome
}

/** What may be told of a failure: its kind, never an address with a password in it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure'
  const root = rootOf(error)
  const { code } = root as NodeJS.ErrnoException
  const text = typeof code === 'string' && code !== '' ? code : root.message
  return text.replace(/\/\/[^@\s]*@/g, '//').slice(0, 200) || error.name
}

const DEEPEST = 8

/** Clients wrap what happened, some more than once, and only the innermost error says what it was. */
function rootOf(error: Error): Error {
  let root = error
  for (let depth = 0; depth < DEEPEST; depth++) {
    const { errors, cause } = root as Error & { readonly errors?: unknown }
    const inner = Array.isArray(errors) ? errors[0] : cause
    if (!(inner instanceof Error)) break
    root = inner
  }
  return root
}

/** Rejects after `ms`, whatever becomes of `work`. */
export function within<Value>(work: Promise<Value>, ms: number, what: string): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not answer in ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
