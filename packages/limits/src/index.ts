// Owns: policies that protect the server from too much: how many, how fast, when to stop asking. They
// take a clock and know no HTTP, no storage and no OAuth. Does not own: where they apply (server).
// Start here: token-buckets.ts, concurrency-gate.ts, circuit-breaker.ts.
export { AdaptiveLimit, type AdaptiveSettings } from './adaptive-limit.ts'
export { Bulkhead } from './bulkhead.ts'
export {
  CircuitBreaker,
  type CircuitOptions,
  type CircuitSettings,
  type CircuitState,
} from './circuit-breaker.ts'
export { ConcurrencyGate, type GateSettings } from './concurrency-gate.ts'
export { Lately, type LatelyOptions } from './lately.ts'
export { Pace, type PaceSettings } from './pace.ts'
export { Stay } from './stay.ts'
export { type BucketOptions, type BucketRule, TokenBuckets, type Verdict } from './token-buckets.ts'
export { type WaitingGauge, WaitingRoom, type WaitingRoomOptions } from './waiting-room.ts'
