// The section `registration`: clients that register themselves.
import { Type } from '@grantd/oauth/schema'
import { flag, integer, seconds } from './setting.ts'

const A_WEEK = 604_800

export const registration = Type.Object({
  open: flag({
    env: ['OAUTH2_OPEN_REGISTRATION'],
    default: false,
    description: 'Accept registration of clients without authentication.',
  }),
  dynamic: flag({
    env: ['OAUTH2_DYNAMIC_REGISTRATION_ENABLED'],
    default: false,
    exact: true,
    description:
      'Offer `/connect/register` (RFC 7591, RFC 7592); needs an initial access token unless `registration.open`.',
  }),
  secret_ttl_secs: seconds({
    env: ['OAUTH2_REGISTRATION_SECRET_TTL_SECS'],
    default: 0,
    minimum: 0,
    description: 'Lifetime of the secret of a client that registered itself; 0 = unlimited.',
  }),
  hourly_per_network: integer({
    env: ['OAUTH2_REGISTRATION_HOURLY_PER_NETWORK'],
    default: 20,
    minimum: 0,
    maximum: 1_000_000,
    description:
      'Clients that one network (/32, IPv6 /64) may register in an hour without authentication; 0 = unlimited.',
  }),
  hourly_total: integer({
    env: ['OAUTH2_REGISTRATION_HOURLY_TOTAL'],
    default: 200,
    minimum: 0,
    maximum: 1_000_000,
    description: 'The same for everybody together; 0 = unlimited.',
  }),
  unused_ttl_secs: seconds({
    env: ['OAUTH2_REGISTRATION_UNUSED_TTL_SECS'],
    default: A_WEEK,
    minimum: 0,
    description:
      'A client that registered itself and was not used by then is deleted; 0 = never deleted.',
  }),
})
