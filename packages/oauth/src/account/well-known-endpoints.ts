import { LEADS_ON } from '../answers.ts'
import type { Endpoint } from '../endpoint.ts'
import { Type } from '../schema.ts'

/** Where password managers send people to change a password ("A Well-Known URL for Changing Passwords"). */
export const changePasswordEndpoint: Endpoint = {
  id: 'well_known.change_password',
  method: 'GET',
  path: '/.well-known/change-password',
  spec: 'W3C change-password-url',
  summary: 'Leads to the page where a password is changed.',
  caller: 'none',
  body: 'none',
  answers: [LEADS_ON],
  handle: () => ({ kind: 'redirect', location: '/profile/password' }),
}

/** Where password managers send people to add or look after passkeys ("Passkey Endpoints Well-Known URL"). */
export const passkeyEndpointsEndpoint: Endpoint = {
  id: 'well_known.passkey_endpoints',
  method: 'GET',
  path: '/.well-known/passkey-endpoints',
  spec: 'W3C passkey-endpoints',
  summary: 'Names the pages that add and manage passkeys.',
  caller: 'none',
  body: 'none',
  response: Type.Object({ enroll: Type.String(), manage: Type.String() }),
  handle: (_input, { settings }) => ({
    kind: 'json',
    status: 200,
    body: { enroll: `${settings.baseUrl}/profile/passkeys`, manage: `${settings.baseUrl}/profile` },
  }),
}
