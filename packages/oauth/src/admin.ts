import { OAuthError, scopeTokens } from '@grantd/domain'
import type { Input } from './endpoint.ts'
import type { Services } from './services.ts'
import { findTokenWithClient, type LiveToken, type TokenLookup } from './tokens/live-token.ts'

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i

/** The administrator's access token of a request; `purpose` begins the sentence of a refusal. */
export async function requireAdminRequest(
  input: Input,
  services: Services,
  purpose: string,
): Promise<LiveToken> {
  const text = bearerOf(input)
  if (text !== undefined) return requireAdmin(text, services, purpose)
  throw new OAuthError('invalid_token', `${purpose} needs the access token of an administrator`, {
    challenge: 'Bearer',
    isAnonymous: input.request.headers.authorization === undefined,
  })
}

/** The token in the Authorization header; in no other place is one looked for. */
export function bearerOf({ request }: Input): string | undefined {
  return BEARER.exec(request.headers.authorization ?? '')?.[1]
}

/**
 * An access token with the scope `admin` of a client that the operator listed, and of an administrator
 * where a person is behind it. Throws `invalid_token` or `insufficient_scope` (T123).
 */
export async function requireAdmin(
  text: string,
  services: TokenLookup & Pick<Services, 'settings'>,
  purpose: string,
): Promise<LiveToken> {
  const live = await findTokenWithClient(text, services)
  if (live === undefined) {
    throw new OAuthError('invalid_token', `the token is not valid for ${purpose}`, {
      challenge: 'Bearer',
    })
  }
  const isListed = services.settings.adminClientIds.includes(live.client.id)
  if (!isListed || !scopeTokens(live.token.scope).includes('admin')) {
    throw insufficient(`${purpose} needs the scope admin of a listed admin client`)
  }
  // Any person may consent to `admin`; only an administrator has it to give.
  const { userId } = live.token
  if (userId !== undefined && (await services.storage.users.find(userId))?.role !== 'admin') {
    throw insufficient(`${purpose} needs an administrator`)
  }
  return live
}

function insufficient(message: string): OAuthError {
  return new OAuthError('insufficient_scope', message, { challenge: 'Bearer' })
}
