import { OAuthError } from '@grantd/domain'
import type { Params } from './params.ts'

/**
 * Who asks for less than a scope would get all of it if this were ignored. Throws
 * `invalid_authorization_details`, RFC 9396 §5.
 */
export function refuseDetails(params: Params): void {
  if (params.get('authorization_details') === undefined) return
  throw new OAuthError(
    'invalid_authorization_details',
    'authorization_details are not supported; ask for a scope',
  )
}
