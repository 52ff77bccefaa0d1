import { systemRandom } from '@grantd/domain'

/** Ours alone: an incoming X-Request-Id is never read, so nobody can forge or flood log lines. */
export function newRequestId(): string {
  return systemRandom.base64url(12)
}
