// Owns: mailboxes, order per key, pools, asks with deadlines, batching, supervision, timers, metrics.
// Does not own: OAuth, HTTP, storage, threads, processes; what an actor does is the actor's own.
// Start here: `ActorSystem` in system.ts; the guide is docs/guide/actors.md.
export { Batch, type BatchHandler, type BatchLimits, batch, Refusal, refuse } from './batch.ts'
export { Chain, type Linked } from './chain.ts'
export type { Context, TimerTask } from './context.ts'
export { ActorStopped, DeadlineExceeded, MailboxFull } from './errors.ts'
export type { ActorOptions } from './group.ts'
export type { DeadLetter, DeadReason, Escalation, Failure, Inspection } from './inspection.ts'
export type { LifecycleHooks } from './lifecycle.ts'
export type { Envelope, TraceContext } from './message.ts'
export type { ActorMetrics, Counters, ShardMetrics, SystemMetrics, Timing } from './metrics.ts'
export { KeyedPool, type PoolOptions, RoundRobinPool } from './pool.ts'
export type { Ref, SendOptions } from './ref.ts'
export type { Ambient, HandlerCall, SystemHooks } from './runtime.ts'
export { type Cancel, type Scheduler, SystemScheduler } from './scheduler.ts'
export { shardOf } from './shard-of.ts'
export type { Decision, Supervision } from './supervision.ts'
export { ActorSystem, type StopOptions } from './system.ts'
