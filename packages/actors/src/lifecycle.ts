import type { Context, Tick } from './context.ts'
import { Timers } from './context.ts'
import type { Runtime } from './runtime.ts'
import type { Cancel } from './scheduler.ts'
import { type Supervision, Supervisor } from './supervision.ts'

/** The hooks an actor may have; any other public method handles messages. */
export interface LifecycleHooks {
  /** Runs before the first message. A throw is a fault. */
  started?(): void | Promise<void>
  /** Runs on the fresh instance instead of `started` when it replaces one that faulted. */
  restarted?(cause: unknown): void | Promise<void>
  /** Runs once per instance after its last message: release here what was acquired. */
  stopped?(): void | Promise<void>
}

/** One instance of the actor, with what must end when it does. */
export interface Incarnation {
  readonly actor: LifecycleHooks & object
  readonly timers: Timers
  /** Handler calls in progress on this instance. */
  calls: number
  isRetired: boolean
  ended: Promise<void> | undefined
}

/** How long `stopped()` may take before the shard counts as stopped anyway, in milliseconds. */
const STOP_HOOK_LIMIT = 5_000

/** What a lifecycle needs from its shard. */
export interface Habitat {
  readonly name: string
  readonly shard: number
  readonly runtime: Runtime
  readonly supervision: Supervision
  create(context: Context): object
  contextFor(timers: Timers): Context
  deliver(tick: Tick, key: string): boolean
  /** Messages may be handled again. */
  onReady(): void
  /** Nothing will be handled any more; `cause` is the fault, if one ended it. */
  onStopped(cause: unknown): void
}

/** The life of one shard: instances come, fault, are replaced within a budget, and stop. */
export class Lifecycle {
  state: 'starting' | 'running' | 'restarting' | 'stopped' = 'starting'
  restarts = 0
  incarnation: Incarnation
  /** Settles, never rejects, once the shard is stopped and `stopped()` ran. */
  readonly closed: Promise<void>
  readonly #habitat: Habitat
  readonly #supervisor: Supervisor
  #cancelBackoff: Cancel = () => {}
  #close: () => void = () => {}

  /** Creates the first instance; throws what `create` throws. */
  constructor(habitat: Habitat) {
    this.#habitat = habitat
    this.#supervisor = new Supervisor(habitat.supervision)
    this.closed = new Promise((resolve) => {
      this.#close = resolve
    })
    this.incarnation = this.#incarnate()
    const { incarnation } = this
    if (incarnation.actor.started) {
      habitat.runtime.scheduler.defer(() => this.#begin(incarnation, 'started', undefined))
    } else this.state = 'running'
  }

  get isReady(): boolean {
    return this.state === 'running'
  }

  /** A handler or hook of `incarnation` threw something that is no refusal. */
  fault(incarnation: Incarnation, method: string, key: string, error: unknown): void {
    if (!incarnation.isRetired) {
      this.#judge(method, key, error)
      return
    }
    const { name, shard, runtime } = this.#habitat
    runtime.failed({ actor: name, shard, key, method, error, decision: 'ignored' })
  }

  /** A handler call on `incarnation` settled. */
  leave(incarnation: Incarnation): void {
    incarnation.calls--
    if (incarnation.isRetired && incarnation.calls === 0) void this.#end(incarnation)
  }

  /** Ends the shard now: overtakes whatever waits, and does not wait for what is in progress. */
  stop(cause?: unknown): void {
    if (this.state === 'stopped') return
    this.state = 'stopped'
    this.#cancelBackoff()
    this.#retire(this.incarnation)
    this.#habitat.onStopped(cause)
    void this.#end(this.incarnation).then(this.#close)
  }

  #judge(method: string, key: string, error: unknown): void {
    const { name, shard, runtime } = this.#habitat
    const { decision, delay } = this.#supervisor.judge(runtime.scheduler.now())
    if (decision === 'restart') {
      this.state = 'restarting'
      this.#retire(this.incarnation)
      this.#cancelBackoff = runtime.scheduler.timer(delay, () => this.#restart(error), true)
    } else this.stop(error)
    runtime.failed({ actor: name, shard, key, method, error, decision })
    if (decision === 'escalate') runtime.escalate({ actor: name, shard, cause: error })
  }

  #incarnate(): Incarnation {
    const { runtime } = this.#habitat
    const timers = new Timers(runtime.scheduler, (tick, key) => this.#habitat.deliver(tick, key))
    const actor = this.#habitat.create(this.#habitat.contextFor(timers))
    return { actor, timers, calls: 0, isRetired: false, ended: undefined }
  }

  #restart(cause: unknown): void {
    this.restarts++
    try {
      this.incarnation = this.#incarnate()
    } catch (error) {
      this.#judge('create', '', error)
      return
    }
    const hook = this.incarnation.actor.restarted ? 'restarted' : 'started'
    this.#begin(this.incarnation, hook, cause)
  }

  /** Runs the opening hook. Stays synchronous when the hook is, so that a turn can follow at once. */
  #begin(incarnation: Incarnation, hook: 'started' | 'restarted', cause: unknown): void {
    if (incarnation.isRetired) return
    this.state = 'starting'
    const { actor } = incarnation
    const ready = () => {
      if (incarnation.isRetired) return
      this.state = 'running'
      this.#habitat.onReady()
    }
    const failed = (error: unknown) => this.fault(incarnation, hook, '', error)
    try {
      const done = hook === 'restarted' ? actor.restarted?.(cause) : actor.started?.()
      if (done) void done.then(ready, failed)
      else ready()
    } catch (error) {
      failed(error)
    }
  }

  #retire(incarnation: Incarnation): void {
    incarnation.isRetired = true
    incarnation.timers.end()
    if (incarnation.calls === 0) void this.#end(incarnation)
  }

  /** Runs `stopped()`, once per instance however many ways lead here. */
  #end(incarnation: Incarnation): Promise<void> {
    incarnation.ended ??= this.#runStopped(incarnation)
    return incarnation.ended
  }

  async #runStopped(incarnation: Incarnation): Promise<void> {
    const { name, shard, runtime } = this.#habitat
    const { stopped } = incarnation.actor
    if (!stopped) return
    let cancel: Cancel = () => {}
    try {
      const limit = new Promise<never>((_, reject) => {
        const late = () => reject(new Error(`stopped() took longer than ${STOP_HOOK_LIMIT} ms`))
        cancel = runtime.scheduler.timer(STOP_HOOK_LIMIT, late, true)
      })
      await Promise.race([stopped.call(incarnation.actor), limit])
    } catch (error) {
      const method = 'stopped'
      runtime.failed({ actor: name, shard, key: '', method, error, decision: 'ignored' })
    } finally {
      cancel()
    }
  }
}
