import { OAuthError } from '@grantd/domain'
import type { Endpoint } from '../endpoint.ts'

/** The frame that clients ask whether the session is still the one they know. */
export const checkSessionEndpoint: Endpoint = {
  id: 'check_session',
  method: 'GET',
  path: '/oauth/check_session',
  spec: 'OIDC Session Management §3.2',
  summary: 'A frame that tells clients when the session changes; off unless switched on.',
  caller: 'none',
  body: 'none',
  tag: 'OAuth2',
  answers: [{ status: 200, says: 'A document with one script, for a frame.', type: 'text/html' }],
  refuses: ['not_found'],
  isOn: ({ sessionManagement }) => sessionManagement,
  discoveryName: 'check_session_iframe',
  handle(_input, { settings }) {
    if (settings.sessionManagement) return { kind: 'frame', frame: 'check_session' }
    throw new OAuthError('not_found', 'session management is switched off here')
  },
}
