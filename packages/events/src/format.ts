import type { EventEnvelope } from '@grantd/domain'
import type { Payload } from './backends/backend.ts'
import { toCloudEvent } from './cloud-events.ts'

export type EventFormat = 'envelope' | 'cloudevents'

/** What brokers and webhooks get. */
export function createEncoder(
  format: EventFormat,
  issuer: string,
): (event: EventEnvelope) => Payload {
  switch (format) {
    case 'envelope':
      return (event) => ({ contentType: 'application/json', body: JSON.stringify(event) })
    case 'cloudevents':
      return (event) => ({
        contentType: 'application/cloudevents+json; charset=UTF-8',
        body: JSON.stringify(toCloudEvent(event, issuer)),
      })
  }
}
