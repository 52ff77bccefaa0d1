import type { SharedBuckets } from '@grantd/domain'
import { type BucketRule, TokenBuckets, type Verdict } from '@grantd/limits'

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
  readonly #rule: BucketRule
  readonly #shared: SharedBuckets | undefined
  readonly #prefix: string

  constructor(
    name: string,
    rule: BucketRule,
    { nowMs, shared, scope, maxKeys = MOST_KEYS }: CountingOptions & { readonly maxKeys?: number },
  ) {
    this.own = new TokenBuckets({ ...rule, nowMs, maxKeys })
    this.#rule = rule
    this.#shared = shared
    this.#prefix = `${scope}:${name}:`
  }

  take(key: string): Verdict | Promise<Verdict> {
    const own = this.own.take(key)
    // What is too much for one process is too much for all: nothing to ask.
    if (this.#shared === undefined || !own.isAllowed) return own
    const asked = this.#shared.take({ key: this.#prefix + key, ...this.#rule })
    if (asked === undefined) return own
    return asked.then((verdict) => {
      if (verdict === undefined) return own
      // Not let through, so not counted here.
      if (!verdict.isAllowed) this.own.giveBack(key)
      return verdict
    })
  }
}
