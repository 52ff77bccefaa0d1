import { invalidRequest, OAuthError, StorageError, temporarilyUnavailable } from '@grantd/domain'

// By code and not by class: what an actor throws may come from another copy of the package.
const BUSY_CODES: ReadonlySet<unknown> = new Set([
  'mailbox_full',
  'deadline_exceeded',
  'actor_stopped',
])

/**
 * The refusal that a caller may see for anything thrown. Faults become one fixed text; their cause
 * stays inside for the log. Whether a write with unknown outcome happened, nobody can tell: the
 * caller learns only that it may try again.
 */
export function toRefusal(thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown
  if (thrown instanceof StorageError) {
    switch (thrown.kind) {
      case 'conflict':
        return invalidRequest('that exists already')
      case 'unavailable':
      case 'unknown':
        return temporarilyUnavailable({ cause: thrown })
      case 'corrupt':
        return serverError(thrown)
    }
  }
  if (thrown instanceof Error && 'code' in thrown && BUSY_CODES.has(thrown.code)) {
    return temporarilyUnavailable({ cause: thrown })
  }
  return serverError(thrown)
}

function serverError(cause: unknown): OAuthError {
  return new OAuthError('server_error', 'the server could not answer this request', { cause })
}
