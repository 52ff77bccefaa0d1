// Owns: events on their way out: filter, one actor per backend, the backends, formats, ingest's memory.
// Does not own: what an event is (domain), where events are made (oauth), settings (server).
// Start here: eventing.ts, backends/registry.ts.
export type {
  BackendParts,
  BackendSettings,
  EventBackend,
  Payload,
  WebhookHttp,
} from './backends/backend.ts'
export { Deliveries, type Delivery } from './backends/deliveries.ts'
export { backendOfPlugin, type EventPlugin, sinkOfPlugin } from './backends/plugin.ts'
export { BACKENDS, backendNamed, openSinks } from './backends/registry.ts'
export { signedHeaders } from './backends/signature.ts'
export { isWebhook, type WebhookSink } from './backends/webhook.ts'
export { type CloudEvent, cloudEventType, schemaUri, toCloudEvent } from './cloud-events.ts'
export { EventRing } from './event-ring.ts'
export { Eventing, type EventingOptions } from './eventing.ts'
export { Feed, type FeedOptions } from './feed.ts'
export { createFilter, FILTER_MODES, type FilterMode } from './filter.ts'
export { createEncoder, type EventFormat } from './format.ts'
export type { EventLog } from './log.ts'
export type { RelaySettings } from './outbox/lane.ts'
export { FULL_RULES, type FullRule, Outbox } from './outbox/outbox.ts'
export { RELAY_SETTINGS, Relay, type SinkProgress } from './outbox/relay.ts'
export type { KeptObserver, PublishObserver } from './publish-observer.ts'
export { breachesOf, EVENT_METADATA, eventSchema } from './schemas.ts'
