import type { Context, Timers } from './context.ts'
import type { Order } from './mailbox.ts'
import { type ActorMetrics, totalOf } from './metrics.ts'
import type { Ref } from './ref.ts'
import { RefMaker } from './reference.ts'
import type { Runtime } from './runtime.ts'
import { Shard } from './shard.ts'
import { defaultSupervision, type Supervision } from './supervision.ts'
import type { ActorSystem } from './system.ts'

/** What an actor is made of and how it is kept. */
export interface ActorOptions<A extends object> {
  /** Makes an instance: at once, and anew after each fault. What it throws the first time, `spawn` throws. */
  readonly create: (context: Context) => A
  /** Most messages waiting plus in progress, per shard. Default 1000. */
  readonly mailbox?: number | undefined
  /** Milliseconds an ask may take; `Infinity` for no end. Default 5000. */
  readonly deadline?: number | undefined
  /** What is left out keeps its default: 5 restarts within a minute, 50 ms to 5 s apart. */
  readonly supervision?: Partial<Supervision> | undefined
}

/** How many shards, and how much of one goes on at a time. */
export interface GroupShape {
  readonly shards: number
  readonly lanes: number
  readonly order: Order
}

/** The shards behind one name. */
export class Group<A extends object> {
  readonly name: string
  readonly shards: readonly Shard[]
  readonly #refs = new RefMaker()

  /** Throws what `create` throws, and RangeError for a number that makes no sense. */
  constructor(
    owner: { readonly system: ActorSystem; readonly runtime: Runtime },
    name: string,
    options: ActorOptions<A>,
    shape: GroupShape,
  ) {
    this.name = name
    const settings = {
      order: shape.order,
      lanes: positive('lanes', shape.lanes),
      mailbox: positive('mailbox', options.mailbox ?? 1_000),
      deadline: options.deadline ?? 5_000,
      supervision: { ...defaultSupervision, ...options.supervision },
    }
    if (!(settings.deadline > 0)) throw new RangeError('deadline must be above 0 milliseconds')
    const create = (context: Context): A => {
      const actor = options.create(context)
      this.#refs.define(actor)
      return actor
    }
    const shards: Shard[] = []
    this.shards = shards
    try {
      for (let index = 0; index < positive('shards', shape.shards); index++) {
        const contextFor = (shard: Shard, timers: Timers): Context =>
          this.#contextFor(owner.system, index, shard, timers)
        const place = { name, index, runtime: owner.runtime, create, contextFor }
        shards.push(new Shard(place, settings))
      }
    } catch (error) {
      for (const shard of shards) void shard.close(0)
      throw error
    }
  }

  /** A reference to one shard. `shard` must be below `shards.length`. */
  ref(shard: number, key: string): Ref<A> {
    return this.#refs.make<A>(this.shards[shard] as Shard, key)
  }

  /** See `Shard.close`. */
  async close(drain: number): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.close(drain)))
  }

  metrics(): ActorMetrics {
    const shards = this.shards.map((shard) => shard.metrics())
    return { actor: this.name, total: totalOf(shards), shards }
  }

  #contextFor(system: ActorSystem, index: number, shard: Shard, timers: Timers): Context {
    const refs = this.#refs
    return {
      name: this.name,
      shard: index,
      system,
      self<Self extends object>(key = ''): Ref<Self> {
        return refs.make<Self>(shard, key)
      },
      after: (ms, run, key = '') => timers.start(ms, run, key, false),
      every: (ms, run, key = '') => timers.start(ms, run, key, true),
    }
  }
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`${name} must be a positive whole number, not ${value}`)
}
