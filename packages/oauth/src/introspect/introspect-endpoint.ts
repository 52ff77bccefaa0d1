import { invalidRequest } from '@grantd/domain'
import type { Endpoint } from '../endpoint.ts'
import { Type } from '../schema.ts'
import { findTokenWithClient } from '../tokens/live-token.ts'

const INACTIVE = Object.freeze({ active: false })

/** Only the client a token was issued to, or one that the token names as audience, learns about it. */
export const introspectEndpoint: Endpoint = {
  id: 'introspect',
  method: 'POST',
  path: '/oauth/introspect',
  spec: 'RFC 7662 §2',
  summary: 'Tells whether an access token is active, and what it allows.',
  caller: 'client',
  allowsAnonymous: (services) => services.settings.publicIntrospection,
  body: 'form',
  tag: 'Token Management',
  discoveryName: 'introspection_endpoint',
  parameters: Type.Object({ token: Type.String(), token_type_hint: Type.Optional(Type.String()) }),
  response: Type.Object(
    {
      active: Type.Boolean(),
      scope: Type.Optional(Type.String()),
      client_id: Type.Optional(Type.String()),
      username: Type.Optional(Type.String()),
      token_type: Type.Optional(Type.String()),
      exp: Type.Optional(Type.Integer()),
      iat: Type.Optional(Type.Integer()),
      nbf: Type.Optional(Type.Integer()),
      sub: Type.Optional(Type.String()),
      aud: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
      jti: Type.Optional(Type.String()),
      iss: Type.Optional(Type.String()),
    },
    { $id: 'Introspection' },
  ),
  async handle({ params, client }, services) {
    const text = params.get('token')
    if (text === undefined) throw invalidRequest('token is required')
    const live = await findTokenWithClient(text, services)
    if (live === undefined) return { kind: 'json', status: 200, body: INACTIVE }
    const { token, client: owner, username } = live
    const mayKnow =
      client === undefined || token.clientId === client.id || token.audience.includes(client.id)
    if (!mayKnow) return { kind: 'json', status: 200, body: INACTIVE }
    const isOpenAnswer = client === undefined // public mode: nothing about the person
    const subject =
      token.userId === undefined ? token.clientId : services.subjects.of(owner, token.userId)
    return {
      kind: 'json',
      status: 200,
      body: {
        active: true,
        scope: token.scope,
        client_id: token.clientId,
        ...(username !== undefined && !isOpenAnswer && { username }),
        token_type: 'Bearer',
        exp: token.expiresAt,
        iat: token.issuedAt,
        nbf: token.issuedAt,
        ...(!isOpenAnswer && { sub: subject }),
        aud: token.audience.length === 1 ? token.audience[0] : token.audience,
        jti: token.id,
        iss: services.settings.issuer,
      },
    }
  },
}
