import type { Change } from '@grantd/domain'

/** A change that only so many callers may win, with what must be stored before the race. */
export interface GuardCase {
  readonly kind: Change['kind']
  readonly winners: number
  readonly prepare: readonly Change[]
  /** The change of the `n`th racer. */
  readonly race: (n: number) => Change
}
