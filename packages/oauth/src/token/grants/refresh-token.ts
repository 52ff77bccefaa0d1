import {
  invalidGrant,
  PREFIX,
  parseCredential,
  parseScope,
  type RefreshTokenId,
} from '@grantd/domain'
import { Type } from '../../schema.ts'
import { grant } from '../grant.ts'

export const refreshToken = grant({
  type: 'refresh_token',
  spec: 'RFC 6749 §6, RFC 9700 §4.14',
  parameters: Type.Object({
    refresh_token: Type.String(),
    scope: Type.Optional(Type.String()),
  }),
  async redeem({ client, parameters, resources, request }, services) {
    const presented = parseCredential<RefreshTokenId>(PREFIX.refreshToken, parameters.refresh_token)
    if (presented === undefined) throw invalidGrant('refresh token is not valid')
    const scope = parameters.scope === undefined ? undefined : parseScope(parameters.scope)
    // A token has two names, its own and its family's: read which family, then ask in its order. What
    // was read goes along; should it be old by then, the guards of the rotation tell.
    const found = await services.storage.refreshTokens.find(presented.id)
    if (found === undefined) throw invalidGrant('refresh token is not valid')
    return services.tokens.for(found.family.id).refresh({
      client,
      presented,
      found,
      value: parameters.refresh_token,
      scope,
      resources,
      ip: request.ip,
    })
  },
})
