import { type Client, OAuthError } from '@grantd/domain'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'

/** The parameters that count. Throws `request_not_supported` or `request_uri_not_supported`. */
export async function effectiveParams(
  params: Params,
  _client: Client,
  _services: Services,
  _seenAt: number | undefined,
): Promise<Params> {
  if (params.get('request') !== undefined)
    throw new OAuthError('request_not_supported', 'request objects are not supported')
  if (params.get('request_uri') !== undefined)
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported')
  return params
}
