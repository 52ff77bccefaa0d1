import { type ClientId, OAuthError } from '@grantd/domain'
import type { Endpoint } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { LOGO_TYPES } from './client-logos.ts'

const PATH = '/clients/logo/'

export const logoEndpoint: Endpoint = {
  id: 'client.logo',
  method: 'GET',
  path: `${PATH}*`,
  spec: 'OIDC Registration §2 logo_uri',
  summary: 'Shows the logo of a client, fetched on behalf of the sign-in pages.',
  caller: 'none',
  rateClass: 'asset',
  segment: 'client_id',
  parameters: formFields('locale?'),
  answers: LOGO_TYPES.map((type) => ({ status: 200, says: 'The picture.', type })),
  refuses: ['not_found'],
  body: 'none',
  async handle({ params, request }, services) {
    const id = request.target.replace(/\?.*$/s, '').slice(PATH.length) as ClientId // looked up, not believed
    const client = await services.clients.for(id).find({ id })
    const logo =
      client?.isEnabled === true
        ? await services.logos.find(client, params.get('locale'))
        : undefined
    if (logo === undefined) throw new OAuthError('not_found', 'there is no such logo')
    return { kind: 'image', ...logo }
  },
}
