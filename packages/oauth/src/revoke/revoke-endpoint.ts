import {
  invalidRequest,
  PREFIX,
  parseCredential,
  type RefreshTokenId,
  sameHash,
} from '@grantd/domain'
import type { Endpoint, Input } from '../endpoint.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { presentedToken } from '../tokens/access-token.ts'

export const revokeEndpoint: Endpoint = {
  id: 'revoke',
  method: 'POST',
  path: '/oauth/revoke',
  spec: 'RFC 7009 §2',
  summary: 'Revokes a token and everything of its family.',
  caller: 'client',
  allowsPublicClient: true,
  body: 'form',
  tag: 'Token Management',
  discoveryName: 'revocation_endpoint',
  cors: true,
  parameters: Type.Object({ token: Type.String(), token_type_hint: Type.Optional(Type.String()) }),
  answers: [{ status: 200, says: 'It is revoked, or was none.' }],
  async handle(input, services) {
    const text = input.params.get('token')
    if (text === undefined) throw invalidRequest('token is required')
    // token_type_hint is not needed: the text itself says what it is (RFC 7009 §2.1).
    if (text.startsWith(PREFIX.refreshToken)) await revokeRefreshToken(text, input, services)
    else await revokeAccessToken(text, input, services)
    return { kind: 'empty', status: 200 }
  },
}

async function revokeRefreshToken(text: string, input: Input, services: Services): Promise<void> {
  const presented = parseCredential<RefreshTokenId>(PREFIX.refreshToken, text)
  if (presented === undefined) return
  const found = await services.storage.refreshTokens.find(presented.id)
  if (found === undefined || !sameHash(found.refreshToken.secretHash, presented.secretHash)) return
  requireOwner(found.refreshToken.clientId, input)
  const { id, clientId: client, userId: user } = found.family
  await services.tokens.for(id).revokeFamily({ id, client, user, ...by(input) })
}

async function revokeAccessToken(text: string, input: Input, services: Services): Promise<void> {
  const presented = presentedToken(text)
  if (presented === undefined) return
  const found = await services.storage.tokens.find(presented.id)
  if (found === undefined || !sameHash(found.token.hash, presented.hash)) return
  const { token } = found
  const { clientId: client } = token
  requireOwner(client, input)
  if (token.familyId === undefined) {
    await services.tokens.for(token.id).revokeToken({ id: token.id, client, ...by(input) })
  } else {
    const order = { id: token.familyId, client, user: token.userId, ...by(input) }
    await services.tokens.for(token.familyId).revokeFamily(order)
  }
}

/** RFC 7009 §2.1: a token of another client is refused, and stays as it is. */
function requireOwner(owner: string, input: Input): void {
  if (input.client?.id !== owner) throw invalidRequest('the token was not issued to this client')
}

function by(input: Input): { actor: string; ip: string } {
  return { actor: input.client?.id ?? 'unknown', ip: input.request.ip }
}
