import { Type } from '@grantd/oauth/schema'
import { flag } from './setting.ts'

/** Opening the server to the conformance suite of the OpenID Foundation. */
export const conformance = Type.Object({
  enabled: flag({
    env: ['OAUTH2_CONFORMANCE_ENABLED'],
    default: false,
    exact: true,
    description:
      'Accept what the OpenID conformance suite sends: codes without PKCE and unsigned request objects. Loopback only.',
  }),
  allow_remote: flag({
    env: ['OAUTH2_CONFORMANCE_ALLOW_REMOTE'],
    default: false,
    exact: true,
    description:
      'Let `conformance.enabled` work on a server that others can reach, for as long as a suite runs.',
  }),
})
