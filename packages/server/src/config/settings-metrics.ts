// The sections `metrics` and `management`: what is measured, and who may read it where.
import { Type } from '@grantd/oauth/schema'
import { flag, integer, optionalText, text } from './setting.ts'

export const metrics = Type.Object({
  enabled: flag({
    env: ['OAUTH2_METRICS_ENABLED'],
    default: true,
    description: 'Count what the server does, for Prometheus.',
  }),
  public: flag({
    env: ['OAUTH2_METRICS_PUBLIC'],
    default: false,
    defaultText: '`false`; with `grantd dev` `true`',
    description:
      'Show `/metrics` to everybody on the main port. Else it is shown there to those with the token of `metrics.bearer_token` and to administrators; to others it is not there (404).',
  }),
  bearer_token: optionalText({
    env: ['OAUTH2_METRICS_BEARER_TOKEN'],
    secret: true,
    shape: 'bearer_token',
    description:
      'Token with which Prometheus reads `/metrics` on the main port, and probes see the detail of `/ready`; unset = nobody but administrators.',
  }),
})

export const management = Type.Object({
  port: integer({
    env: ['OAUTH2_MANAGEMENT_PORT'],
    default: 0,
    minimum: 0,
    maximum: 65_535,
    description:
      'A second port with `/metrics`, `/health` and `/ready` in detail, open to whoever reaches it; 0 = none.',
  }),
  host: text({
    env: ['OAUTH2_MANAGEMENT_HOST'],
    default: '127.0.0.1',
    shape: 'host',
    description: 'Address of that port. Never one that the internet reaches.',
  }),
})
