import {
  type Change,
  type InitialAccessTokenId,
  nowSeconds,
  OAuthError,
  PREFIX,
  parseCredential,
  sameHash,
} from '@grantd/domain'
import { requireAdmin } from '../admin.ts'
import type { Input } from '../endpoint.ts'
import type { Services } from '../services.ts'

/** Who may register, and in whose name. */
export interface Permit {
  readonly by: 'operator' | 'self'
  readonly actor: string
  /** Spends a use of the initial access token, in the transaction that stores the client. */
  readonly changes: readonly Change[]
}

/**
 * Open registration, an initial access token (RFC 7591 §1.2), or the access token of an admin client.
 * Throws `invalid_token` or `insufficient_scope` (T123).
 */
export async function requirePermit(input: Input, services: Services): Promise<Permit> {
  const { authorization } = input.request.headers
  if (authorization === undefined) {
    if (services.settings.registrationOpen) return { by: 'self', actor: 'anonymous', changes: [] }
    throw new OAuthError(
      'invalid_token',
      'registration needs an initial access token or an admin token',
      { challenge: 'Bearer', isAnonymous: true },
    )
  }
  const text = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization)?.[1]
  if (text === undefined) throw refusedToken()
  return text.startsWith(PREFIX.initialAccessToken)
    ? initialAccess(text, services)
    : adminAccess(text, services)
}

async function initialAccess(text: string, services: Services): Promise<Permit> {
  const presented = parseCredential<InitialAccessTokenId>(PREFIX.initialAccessToken, text)
  const token = presented && (await services.storage.initialAccessTokens.find(presented.id))
  if (
    presented === undefined ||
    token === undefined ||
    !sameHash(token.secretHash, presented.secretHash)
  ) {
    throw refusedToken()
  }
  const at = nowSeconds(services.clock)
  if (token.usesLeft < 1 || at >= token.expiresAt) throw refusedToken()
  return {
    by: 'operator',
    actor: `initial-access-token:${token.id}`,
    changes: [{ kind: 'initialAccessToken.use', id: token.id, at }],
  }
}

async function adminAccess(text: string, services: Services): Promise<Permit> {
  const { client } = await requireAdmin(text, services, 'registration')
  return { by: 'operator', actor: client.id, changes: [] }
}

function refusedToken(): OAuthError {
  return new OAuthError('invalid_token', 'the token is not valid for registration', {
    challenge: 'Bearer',
  })
}
