import { OAuthError } from '@grantd/domain'
import type { Params } from './params.ts'
import { Type } from './schema.ts'

/** As endpoints that refuse it document the parameter. */
export const REFUSED_DETAILS = {
  authorization_details: Type.Optional(
    Type.String({ description: 'Refused with invalid_authorization_details.' }),
  ),
}

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
