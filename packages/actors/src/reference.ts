import type { Method, TraceContext } from './message.ts'
import { methodsOf } from './method.ts'
import type { Ref, SendOptions } from './ref.ts'
import type { Shard } from './shard.ts'

type Send = 'ask' | 'tell'

/** What every reference has; the methods of one actor are added by a `RefMaker`. */
class Reference {
  readonly #shard: Shard
  readonly #key: string
  readonly #deadline: number | undefined
  readonly #trace: TraceContext | undefined

  constructor(shard: Shard, key: string, deadline?: number, trace?: TraceContext) {
    this.#shard = shard
    this.#key = key
    this.#deadline = deadline
    this.#trace = trace
  }

  static method(send: Send, method: Method): (this: Reference, message?: unknown) => unknown {
    return send === 'ask'
      ? function (message) {
          return this.#shard.ask(method, message, this.#key, this.#deadline, this.#trace)
        }
      : function (message) {
          return this.#shard.tell(method, message, this.#key, this.#deadline, this.#trace)
        }
  }

  static again(reference: Reference, make: typeof Reference, options: SendOptions = {}): Reference {
    const { deadline = reference.#deadline, trace = reference.#trace } = options
    return new make(reference.#shard, reference.#key, deadline, trace)
  }
}

/**
 * Makes the references of one actor or pool. Their methods sit on a prototype that is filled once,
 * when the first instance shows its members, so a reference is a small object and a call is direct.
 */
export class RefMaker {
  readonly #Ask: typeof Reference
  readonly #Tell: typeof Reference
  #isDefined = false

  constructor() {
    class Tell extends Reference {}
    class Ask extends Reference {
      get tell(): Reference {
        return Reference.again(this, Tell)
      }
      with(options: SendOptions): Reference {
        return Reference.again(this, Ask, options)
      }
    }
    this.#Ask = Ask
    this.#Tell = Tell
  }

  /** `A` must be the class that `define` is or will be given an instance of. */
  make<A extends object>(shard: Shard, key: string): Ref<A> {
    // Sound because `define` puts every member that Ref<A> maps on this prototype.
    return new this.#Ask(shard, key) as unknown as Ref<A>
  }

  /** Learns the members of `actor`. Only the first call counts. Throws TypeError for a reserved name. */
  define(actor: object): void {
    if (this.#isDefined) return
    this.#isDefined = true
    for (const method of methodsOf(actor)) {
      const common = { writable: true, configurable: true, enumerable: false }
      for (const [send, to] of [['ask', this.#Ask] as const, ['tell', this.#Tell] as const]) {
        const value = Reference.method(send, method)
        Object.defineProperty(to.prototype, method.name, { ...common, value })
      }
    }
  }
}
