import { OAuthError } from '@grantd/domain'
import type { Verdict } from '@grantd/limits'

/** The refusal for an empty bucket; says when there is room again, in whole seconds. */
export function tooManyRequests({ retryAfterMs }: Pick<Verdict, 'retryAfterMs'>): OAuthError {
  const retryAfter = Math.max(1, Math.ceil(retryAfterMs / 1_000))
  const wait = retryAfter === 1 ? '1 second' : `${retryAfter} seconds`
  return new OAuthError('too_many_requests', `too many requests; try again in ${wait}`, {
    retryAfter,
  })
}
