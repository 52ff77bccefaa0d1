// Owns: policies that protect the server from too much: how many, how fast, when to stop asking. They
// take a clock and know no HTTP, no storage and no OAuth. Does not own: where they apply (server).
// Start here: token-buckets.ts.
export { Lately, type LatelyOptions } from './lately.ts'
export { type BucketOptions, type BucketRule, TokenBuckets, type Verdict } from './token-buckets.ts'
