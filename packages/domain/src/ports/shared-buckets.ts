/** One attempt at a bucket of which several processes take. */
export interface SharedAttempt {
  /** Names the bucket among all of the deployment. */
  readonly key: string
  /** Attempts at once, and as many again in each window. */
  readonly capacity: number
  readonly windowMs: number
}

export interface SharedVerdict {
  readonly isAllowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly retryAfterMs: number
  readonly resetMs: number
}

/**
 * Token buckets that several processes share, judged one attempt at a time by one clock, theirs. They may
 * forget everything, hang or vanish at any moment.
 */
export interface SharedBuckets {
  /**
   * Takes one token. `undefined`, at once or soon, when nobody can tell: whoever asked judges by itself
   * then, and the token may be taken all the same. Never rejects.
   */
  take(attempt: SharedAttempt): Promise<SharedVerdict | undefined> | undefined
  close(): Promise<void>
}
