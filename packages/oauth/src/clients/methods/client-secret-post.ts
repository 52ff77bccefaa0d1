import { invalidClient } from '@grantd/domain'
import type { ClientAuthMethod } from './method.ts'

/** `client_id` and `client_secret` in the form body (RFC 6749 §2.3.1). */
export const clientSecretPost: ClientAuthMethod = {
  names: ['client_secret_post'],
  spec: 'RFC 6749 §2.3.1',
  read({ params }) {
    const secret = params.get('client_secret')
    if (secret === undefined) return undefined
    const clientId = params.get('client_id')
    if (clientId === undefined) throw invalidClient()
    return { clientId, proof: { kind: 'secret', secret } }
  },
}
