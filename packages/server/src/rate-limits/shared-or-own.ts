import type { SharedBuckets } from '@grantd/domain'
import { type BucketRule, TokenBuckets, type Verdict } from '@grantd/limits'
import type { RateBucket, RateVerdict } from '../http/context.ts'

export interface CountingOptions {
  readonly nowMs: () => number
  /** Where processes count together; absent: each for itself. */
  readonly shared?: SharedBuckets | undefined
  /** What the names of shared buckets begin with. */
  readonly scope: string
}

const MOST_KEYS = 65_536

/**
 * Buckets of one rule. Own ones are always kept: when the shared ones cannot tell, this process judges by
 * what it has let through itself, so that an outage gives nobody a full bucket.
 */
export class SharedOrOwn {
  readonly own: TokenBuckets
  readonly #name: RateBucket
  readonly #rule: BucketRule
  readonly #shared: SharedBuckets | undefined
  readonly #prefix: string

  constructor(
    name: RateBucket,
    rule: BucketRule,
    { nowMs, shared, scope, maxKeys = MOST_KEYS }: CountingOptions & { readonly maxKeys?: number },
  ) {
    this.own = new TokenBuckets({ ...rule, nowMs, maxKeys })
    this.#name = name
    this.#rule = rule
    this.#shared = shared
    this.#prefix = `${scope}:${name}:`
  }

  /** What there is to take, as far as this process knows; nothing is taken. */
  look(key: string): RateVerdict {
    return this.#named(this.own.look(key))
  }

  take(key: string): RateVerdict | Promise<RateVerdict> {
    const own = this.own.take(key)
    // What is too much for one process is too much for all: nothing to ask.
    if (this.#shared === undefined || !own.isAllowed) return this.#named(own)
    const asked = this.#shared.take({ key: this.#prefix + key, ...this.#rule })
    if (asked === undefined) return own
    return asked.then((verdict) => {
      if (verdict === undefined) return own
      // Not let through, so not counted here.
      if (!verdict.isAllowed) this.own.giveBack(key)
      return this.#named(verdict)
    })
  }

  /** A refusal says of which bucket it is. */
  #named(verdict: Verdict): RateVerdict {
    return verdict.isAllowed ? verdict : { ...verdict, bucket: this.#name }
  }
}
