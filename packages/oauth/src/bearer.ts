import { type AccessToken, type Client, invalidRequest, OAuthError } from '@grantd/domain'
import type { Input } from './endpoint.ts'
import type { Services } from './services.ts'
import { findTokenWithClient } from './tokens/live-token.ts'

// One blank and one token68: what a proxy would read differently is refused (T90).
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i

/**
 * The live access token of a request (RFC 6750 §2): in the header, or in a form body. A token in a
 * query is not looked at (T88). Throws `invalid_token`, `invalid_request` for two tokens (T89).
 */
export async function requireBearer(
  input: Input,
  services: Services,
  place: 'header' | 'header_or_form',
): Promise<{ readonly token: AccessToken; readonly client: Client }> {
  const { authorization } = input.request.headers
  const inForm = place === 'header_or_form' ? input.params.get('access_token') : undefined
  if (authorization === undefined && inForm === undefined) {
    throw new OAuthError('invalid_token', 'an access token is needed', {
      challenge: 'Bearer',
      isAnonymous: true,
    })
  }
  if (authorization !== undefined && inForm !== undefined)
    throw invalidRequest('send the access token once, in the header or in the body')
  const text = inForm ?? BEARER.exec(authorization ?? '')?.[1]
  const live = text === undefined ? undefined : await findTokenWithClient(text, services)
  if (live === undefined) throw new OAuthError('invalid_token', 'the access token is not valid')
  input.onClient?.(live.client)
  return live
}
