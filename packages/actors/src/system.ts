import { ActorStopped } from './errors.ts'
import { type ActorOptions, Group, type GroupShape } from './group.ts'
import type { SystemMetrics } from './metrics.ts'
import { KeyedPool, type PoolOptions, RoundRobinPool } from './pool.ts'
import type { Ref } from './ref.ts'
import { Runtime, type SystemHooks } from './runtime.ts'

/** How to stop. `drain`: milliseconds for the messages already accepted; default 5000. */
export interface StopOptions {
  readonly drain?: number | undefined
}

/** A set of actors that share a scheduler, hooks and an end. */
export class ActorSystem {
  readonly #runtime: Runtime
  readonly #groups = new Map<string, Group<object>>()
  #isStopping = false

  constructor(hooks: SystemHooks = {}) {
    this.#runtime = new Runtime(hooks)
  }

  /**
   * Starts one actor that handles one message at a time. Throws what `create` throws, RangeError for
   * a senseless number, TypeError for a method name that references need, Error when `name` is
   * taken, ActorStopped when the system stops.
   */
  spawn<A extends object>(name: string, options: ActorOptions<A>): Ref<A> {
    return this.#add(name, options, { shards: 1, lanes: 1, order: 'single' }).ref(0, '')
  }

  /** Starts a pool whose messages go by key, or in turns. Throws as `spawn` does. */
  pool<A extends object>(
    name: string,
    options: PoolOptions<A> & { readonly routing: 'round-robin' },
  ): RoundRobinPool<A>
  pool<A extends object>(
    name: string,
    options: PoolOptions<A> & { readonly routing?: 'key' | undefined },
  ): KeyedPool<A>
  pool<A extends object>(
    name: string,
    options: PoolOptions<A> & { readonly routing?: 'key' | 'round-robin' | undefined },
  ): KeyedPool<A> | RoundRobinPool<A> {
    const { shards, lanes = 1, routing = 'key' } = options
    if (routing === 'round-robin') {
      return new RoundRobinPool(this.#add(name, options, { shards, lanes, order: 'none' }))
    }
    const order = lanes === 1 ? 'single' : 'keyed'
    return new KeyedPool(this.#add(name, options, { shards, lanes, order }))
  }

  /**
   * Stops every actor: it takes no new messages, handles those it has, and runs `stopped()`. What is
   * not answered when `drain` ms are over is rejected with ActorStopped, whether it waited or was in
   * progress. Actors end in the reverse order of their creation, so that what an actor was given
   * still takes its messages while it drains. Calling again with a shorter time hurries. Never rejects.
   */
  async stop(options: StopOptions = {}): Promise<void> {
    const { drain = 5_000 } = options
    this.#isStopping = true
    const groups = [...this.#groups.values()].reverse()
    if (!(drain > 0)) {
      await Promise.all(groups.map((group) => group.close(0)))
      return
    }
    const { scheduler } = this.#runtime
    const end = scheduler.now() + drain
    for (const group of groups) await group.close(end - scheduler.now())
  }

  /** Stops one actor or pool in the same way and frees its name. An unknown name is no error. */
  async stopOne(name: string, options: StopOptions = {}): Promise<void> {
    const group = this.#groups.get(name)
    if (!group) return
    await group.close(options.drain ?? 5_000)
    if (this.#groups.get(name) === group) this.#groups.delete(name)
  }

  metrics(): SystemMetrics {
    return {
      deadLetters: this.#runtime.deadLetters,
      actors: [...this.#groups.values()].map((group) => group.metrics()),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #add<A extends object>(name: string, options: ActorOptions<A>, shape: GroupShape): Group<A> {
    if (this.#isStopping) throw new ActorStopped(name, 0)
    if (this.#groups.has(name)) throw new Error(`there is already an actor named "${name}"`)
    const group = new Group({ system: this, runtime: this.#runtime }, name, options, shape)
    this.#groups.set(name, group)
    return group
  }
}
