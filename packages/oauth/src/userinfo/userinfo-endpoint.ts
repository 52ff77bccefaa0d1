// Owns: telling a client who is signed in. Does not own: which claims a scope means (claims-of-user.ts).
import { hasScope, OAuthError } from '@grantd/domain'
import { requireBearer } from '../bearer.ts'
import { encryptForClient } from '../clients/encrypt-for-client.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { ensureSigningKey } from '../keys/ensure-signing-key.ts'
import type { Reply } from '../reply.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { claimsByName, claimsOfScope } from './claims-of-user.ts'
import { ClaimsSchema } from './claims-schema.ts'

async function handle(
  input: Input,
  services: Services,
  place: 'header' | 'header_or_form',
): Promise<Reply> {
  const { token, client } = await requireBearer(input, services, place)
  if (token.userId === undefined || !hasScope(token.scope, 'openid')) {
    throw new OAuthError('insufficient_scope', 'userinfo needs an access token with scope openid')
  }
  const { storage } = services
  const [user, family] = await Promise.all([
    storage.users.find(token.userId),
    token.familyId === undefined ? undefined : storage.families.find(token.familyId),
  ])
  if (user === undefined) throw new OAuthError('invalid_token', 'the access token is not valid')
  const claims = {
    ...claimsByName(user, family?.openid.claims?.userinfo, client.scope),
    ...claimsOfScope(user, token.scope),
    sub: services.subjects.of(client, user.id),
  }
  const { userinfo_signed_response_alg: algorithm, userinfo_encrypted_response_alg: encryption } =
    client.metadata
  if (algorithm === undefined && encryption === undefined)
    return { kind: 'json', status: 200, body: claims }
  let text = JSON.stringify(claims)
  if (algorithm !== undefined) {
    await ensureSigningKey(algorithm, services)
    await services.keyring.confirm()
    const signed = JSON.stringify({ iss: services.settings.issuer, aud: client.id, ...claims })
    text = await services.keyring.activeSigner(algorithm).sign(signed, 'JWT')
  }
  const body =
    encryption === undefined
      ? text
      : await encryptForClient(
          client,
          {
            text,
            isJwt: algorithm !== undefined,
            algorithm: encryption,
            encryption: client.metadata.userinfo_encrypted_response_enc,
          },
          services,
        )
  return { kind: 'jwt', status: 200, body }
}

const common = {
  path: '/oauth/userinfo',
  spec: 'OIDC Core §5.3',
  tag: 'OAuth2',
  caller: 'none',
  bearer: ['access_token'],
  cors: true,
  response: ClaimsSchema,
  answers: [
    {
      status: 200,
      says: 'As the client registered it: signed, encrypted, or both.',
      type: 'application/jwt',
    },
  ],
} as const satisfies Partial<Endpoint>

export const userinfoEndpoint: Endpoint = {
  ...common,
  id: 'userinfo',
  method: 'GET',
  summary: 'Tells the claims about the person behind an access token.',
  body: 'none',
  discoveryName: 'userinfo_endpoint',
  handle: (input, services) => handle(input, services, 'header'),
}

export const userinfoByPost: Endpoint = {
  ...common,
  id: 'userinfo.post',
  method: 'POST',
  summary: 'The same by form, where the access token may be in the body (RFC 6750 §2.2).',
  body: 'form',
  parameters: Type.Object({ access_token: Type.Optional(Type.String()) }),
  allowsNoBearer: () => true,
  handle: (input, services) => handle(input, services, 'header_or_form'),
}
