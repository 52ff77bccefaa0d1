import type { ClientAuthMethod } from './method.ts'

/** A public client names itself; PKCE or its refresh token proves the rest (RFC 6749 §3.2.1). */
export const none: ClientAuthMethod = {
  names: ['none'],
  spec: 'RFC 7591 §2',
  read({ params }) {
    const clientId = params.get('client_id')
    return clientId === undefined ? undefined : { clientId, proof: undefined }
  },
}
