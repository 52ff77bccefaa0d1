import type { ActorOptions, Group } from './group.ts'
import type { Ref } from './ref.ts'
import { shardOf } from './shard-of.ts'

/** What a pool is made of: an actor, how often, and how messages find their shard. */
export interface PoolOptions<A extends object> extends ActorOptions<A> {
  /** Instances, each with its own mailbox and its own restarts. */
  readonly shards: number
  /** Handler calls in progress per shard at a time, each for a different key. Default 1. */
  readonly lanes?: number | undefined
}

/** A pool that keeps the messages of one key in order: same key, same shard, one after another. */
export class KeyedPool<A extends object> {
  readonly #group: Group<A>

  constructor(group: Group<A>) {
    this.#group = group
  }

  get size(): number {
    return this.#group.shards.length
  }

  /** The reference for `key`. Cheap: make it where you need it. */
  for(key: string): Ref<A> {
    return this.#group.ref(shardOf(key, this.#group.shards.length), key)
  }

  /** One reference per shard, for what concerns every instance, such as dropping a cache. */
  all(): Ref<A>[] {
    return this.#group.shards.map((_, index) => this.#group.ref(index, ''))
  }
}

/** A pool for stateless work: shards take turns, and nothing keeps an order. */
export class RoundRobinPool<A extends object> {
  readonly #group: Group<A>
  #turn = -1

  constructor(group: Group<A>) {
    this.#group = group
  }

  get size(): number {
    return this.#group.shards.length
  }

  /** The reference to the shard whose turn it is. Each call moves on by one. */
  next(): Ref<A> {
    this.#turn = (this.#turn + 1) % this.#group.shards.length
    return this.#group.ref(this.#turn, '')
  }

  /** One reference per shard. */
  all(): Ref<A>[] {
    return this.#group.shards.map((_, index) => this.#group.ref(index, ''))
  }
}
