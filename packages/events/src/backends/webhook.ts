import {
  type EventEnvelope,
  type EventSink,
  eventKey,
  idempotencyKey,
  type PublishOutcome,
} from '@grantd/domain'
import type { BackendParts, EventBackend } from './backend.ts'
import { Deliveries, type Delivery } from './deliveries.ts'
import { keepOrder, reasonOf } from './outcomes.ts'
import { signedHeaders } from './signature.ts'

/** Requests under way to one receiver; those of one key go one after another. */
const CONCURRENCY = 8
/** About the event itself: sent again, it would be refused again. */
const REFUSED_FOR_GOOD: readonly number[] = [400, 410, 413, 415, 422]

/** A receiver of webhooks; what it refused for good stays here until it is taken or forgotten. */
export interface WebhookSink extends EventSink {
  readonly url: string
  readonly deliveries: Deliveries
}

/** Each URL is a backend of its own: one that is slow or dead delays only itself. */
export const webhook: EventBackend = {
  name: 'webhook',
  open: (parts) =>
    parts.settings.webhook.urls.map((url, index) =>
      webhookSink(index === 0 ? 'webhook' : `webhook_${index + 1}`, url, parts),
    ),
}

export function isWebhook(sink: EventSink): sink is WebhookSink {
  return 'deliveries' in sink && sink.deliveries instanceof Deliveries
}

function webhookSink(name: string, url: string, parts: BackendParts): WebhookSink {
  const { http, encode, nowMs } = parts
  const { secret, previous_secret: previous } = parts.settings.webhook
  const secrets = [secret, previous].filter((one) => one !== undefined)
  const deliveries = new Deliveries()
  let isClosed = false
  let lastOutcome: Delivery['outcome'] = 'delivered'

  async function deliver(event: EventEnvelope): Promise<PublishOutcome> {
    if (isClosed) return { retry: 'closing' }
    const started = performance.now()
    const { contentType, body } = encode(event)
    const message = { id: idempotencyKey(event), atSeconds: Math.floor(nowMs() / 1_000), body }
    const headers = { 'content-type': contentType, ...signedHeaders(message, secrets) }
    const answer = await http
      .post(url, { headers, body })
      .catch((error: unknown) => ({ status: null, error: reasonOf(error) }))
    const outcome = outcomeOf(answer.status)
    lastOutcome = outcome
    const error = 'error' in answer ? answer.error : null
    deliveries.add(event, {
      at: new Date(nowMs()).toISOString(),
      outcome,
      status: answer.status,
      error,
      ms: Math.round(performance.now() - started),
    })
    if (outcome === 'delivered') return 'published'
    const reason = error ?? `the receiver answered ${answer.status}`
    return outcome === 'dead' ? { rejected: reason } : { retry: reason }
  }

  async function deliverAll(events: readonly EventEnvelope[]): Promise<readonly PublishOutcome[]> {
    const outcomes: PublishOutcome[] = events.map(() => ({ retry: 'an earlier event waits' }))
    const queues = [...Map.groupBy(events.keys(), (index) => keyAt(events, index)).values()]
    const work = async (): Promise<void> => {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
        for (const index of queue) {
          const event = events[index]
          const outcome = event === undefined ? undefined : await deliver(event)
          if (outcome !== undefined) outcomes[index] = outcome
          if (typeof outcome === 'object' && 'retry' in outcome) return stopAll()
        }
      }
    }
    // A receiver that does not answer one event would keep every other waiting for its time-out too.
    const stopAll = (): void => void queues.splice(0)
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
    return keepOrder(events, outcomes)
  }

  return {
    name,
    url,
    isDurable: true,
    deliveries,
    publish: deliverAll,
    // A receiver is not called for nothing: its last answer is what is known of it.
    health: async () => ({ healthy: lastOutcome !== 'retry' }),
    async close() {
      isClosed = true
    },
  }
}

function keyAt(events: readonly EventEnvelope[], index: number): string {
  const event = events[index]
  return event === undefined ? '' : eventKey(event)
}

function outcomeOf(status: number | null): Delivery['outcome'] {
  if (status === null) return 'retry'
  if (status >= 200 && status < 300) return 'delivered'
  return REFUSED_FOR_GOOD.includes(status) ? 'dead' : 'retry'
}
