import { type CodeId, checkResources, invalidGrant, PREFIX, parseCredential } from '@grantd/domain'
import { Type } from '../../schema.ts'
import { grant } from '../grant.ts'

export const authorizationCode = grant({
  type: 'authorization_code',
  spec: 'RFC 6749 §4.1.3, RFC 7636 §4.5',
  parameters: Type.Object({
    code: Type.String(),
    redirect_uri: Type.Optional(Type.String()),
    code_verifier: Type.Optional(Type.String()),
  }),
  async redeem({ client, parameters, resources, request }, services) {
    const presented = parseCredential<CodeId>(PREFIX.authorizationCode, parameters.code)
    if (presented === undefined) throw invalidGrant('authorization code is not valid')
    return services.auth.for(presented.id).redeemCode({
      client,
      presented,
      redirectUri: parameters.redirect_uri,
      verifier: parameters.code_verifier,
      resources: checkResources(resources, services.settings.resources),
      ip: request.ip,
    })
  },
})
