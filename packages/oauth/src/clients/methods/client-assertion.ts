import { invalidClient } from '@grantd/domain'
import { readJwtPart } from '../client-jwt.ts'
import type { ClientAuthMethod } from './method.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** `private_key_jwt` and `client_secret_jwt` look the same on the wire; the registration tells them apart. */
export const clientAssertion: ClientAuthMethod = {
  names: ['private_key_jwt', 'client_secret_jwt'],
  spec: 'RFC 7523 §2.2, OIDC Core §9',
  read({ params }) {
    const type = params.get('client_assertion_type')
    const assertion = params.get('client_assertion')
    if (type === undefined && assertion === undefined) return undefined
    if (type !== TYPE || assertion === undefined) throw invalidClient()
    const clientId = readJwtPart(assertion, 1)?.sub
    if (typeof clientId !== 'string' || clientId === '') throw invalidClient()
    return { clientId, proof: { kind: 'assertion', assertion } }
  },
}
