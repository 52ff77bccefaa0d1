// The section `resilience`: when requests are refused so that others are answered.
import { Type } from '@grantd/oauth/schema'
import { flag, integer, list, seconds } from './setting.ts'

export const resilience = Type.Object({
  enabled: flag({
    env: ['OAUTH2_RESILIENCE_ENABLED'],
    default: true,
    description: 'Protection against overload and failing dependencies; false turns all of it off.',
  }),
  back_pressure: Type.Object({
    enabled: flag({
      env: ['OAUTH2_RESILIENCE_BP_ENABLED'],
      default: true,
      description: 'Refuse requests with 503 when more are at work than can be answered in time.',
    }),
    max_concurrent: integer({
      env: ['OAUTH2_RESILIENCE_MAX_CONCURRENT'],
      default: 1_000,
      minimum: 1,
      maximum: 100_000,
      description:
        'Requests at work at once in a process; less urgent kinds are refused before it is reached.',
    }),
    adaptive: flag({
      env: ['OAUTH2_RESILIENCE_BP_ADAPTIVE'],
      default: true,
      description: 'Lower that number by itself while the process is too busy to answer promptly.',
    }),
  }),
  circuit_breaker: Type.Object({
    enabled: flag({
      env: ['OAUTH2_RESILIENCE_CB_ENABLED'],
      default: true,
      description:
        'Stop asking a dependency that does not answer: the database, the mail server, hosts of clients.',
    }),
    failure_threshold: integer({
      env: ['OAUTH2_RESILIENCE_CB_FAILURE_THRESHOLD'],
      default: 5,
      minimum: 1,
      maximum: 1_000,
      description: 'Failures in a row after which a dependency is not asked any more.',
    }),
    success_threshold: integer({
      env: ['OAUTH2_RESILIENCE_CB_SUCCESS_THRESHOLD'],
      default: 2,
      minimum: 1,
      maximum: 100,
      description: 'Probes in a row that have to succeed before it is asked again by everyone.',
    }),
    open_secs: seconds({
      env: ['OAUTH2_RESILIENCE_CB_OPEN_SECS'],
      default: 30,
      maximum: 3_600,
      description:
        'Pause before the first probe; the database is probed four times a second instead.',
    }),
    half_open_max_probes: integer({
      env: ['OAUTH2_RESILIENCE_CB_HALF_OPEN_MAX_PROBES'],
      default: 3,
      minimum: 1,
      maximum: 100,
      description: 'Probes under way at once.',
    }),
  }),
  bulkheads: list({
    env: ['OAUTH2_RESILIENCE_BULKHEADS'],
    shape: 'bulkhead',
    description:
      'Paths with a bound of their own, the first match counts: `login=/auth/:50`, in a file also `{name, path_prefix, max_concurrent}`.',
  }),
})
