// Owns: every setting of the server - name, type, default, meaning. The one place to add one.
// Does not own: where values come from (load.ts) or which combinations are refused (rules.ts).
// Start here: `SettingsSchema`, nested exactly like the keys of application.conf.
import { Type } from '@grantd/oauth/schema'
import type { Static } from 'typebox'
import { flag, integer, list, optionalText, seconds, text } from './setting.ts'
import { apiDocs } from './settings-api-docs.ts'
import { branding, ui } from './settings-branding.ts'
import { cache } from './settings-cache.ts'
import { conformance } from './settings-conformance.ts'
import { database } from './settings-database.ts'
import { events } from './settings-events.ts'
import { management, metrics } from './settings-metrics.ts'
import { audit } from './settings-outbox.ts'
import { accounts, mail } from './settings-people.ts'
import { rateLimit } from './settings-rate-limit.ts'
import { registration } from './settings-registration.ts'
import { resilience } from './settings-resilience.ts'
import { log, server } from './settings-server.ts'
import { social } from './settings-social.ts'
import { telemetry } from './settings-telemetry.ts'
import { jwt, session } from './settings-tokens.ts'

const seed = Type.Object({
  username: text({
    env: ['OAUTH2_SEED_USERNAME'],
    default: 'admin',
    description: 'Name of the first administrator.',
  }),
  email: text({
    env: ['OAUTH2_SEED_EMAIL'],
    default: 'admin@example.com',
    description: 'E-mail address of the first administrator.',
  }),
  password: optionalText({
    env: ['OAUTH2_SEED_PASSWORD'],
    secret: true,
    description:
      'Password of the first administrator, 12 characters or more; unset = no such user.',
  }),
})

/** Every setting. Keys are those of application.conf; each leaf carries its `Annotations`. */
export const SettingsSchema = Type.Object({
  server,
  data: Type.Object({
    dir: text({
      env: ['OAUTH2_DATA_DIR'],
      default: '.grantd',
      description: 'Folder of the generated secrets and, with `grantd dev`, of the database.',
    }),
  }),
  database,
  cache,
  secrets: Type.Object({
    encryption_key: optionalText({
      env: ['OAUTH2_ENCRYPTION_KEY'],
      secret: true,
      shape: 'encryption_key',
      description: 'Key for data encrypted at rest: 32 bytes as 64 hex digits or 43 base64url.',
    }),
  }),
  jwt,
  session,
  registration,
  outbound: Type.Object({
    allowed_networks: list({
      env: ['OAUTH2_OUTBOUND_ALLOWED_NETWORKS'],
      shape: 'network',
      description:
        'Private networks in which URLs of clients (`jwks_uri`, logout, …) may be called, as CIDR ranges.',
    }),
  }),
  admin: Type.Object({
    client_ids: list({
      env: ['OAUTH2_ADMIN_CLIENT_IDS'],
      description: 'Clients whose access tokens may use the admin API; empty = none.',
    }),
    require_second_factor: flag({
      env: ['OAUTH2_ADMIN_REQUIRE_SECOND_FACTOR'],
      default: true,
      description:
        'With `grantd serve`, administrators sign in with a second factor and set one up at first.',
    }),
  }),
  accounts,
  social,
  mail,
  ui,
  branding,
  events,
  audit,
  seed,
  login: Type.Object({
    max_attempts: integer({
      env: ['OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS'],
      default: 10,
      minimum: 1,
      maximum: 1000,
      description: 'Failed sign-ins within the window before further ones are refused.',
    }),
    window_secs: seconds({
      env: ['OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS'],
      default: 900,
      description: 'Window in which failed sign-ins are counted.',
    }),
  }),
  rate_limit: rateLimit,
  janitor: Type.Object({
    interval_secs: seconds({
      env: ['OAUTH2_JANITOR_INTERVAL_SECS'],
      default: 60,
      minimum: 0,
      description: 'Pause between two clean-ups of expired rows; 0 = off.',
    }),
    batch: integer({
      env: ['OAUTH2_JANITOR_BATCH'],
      default: 500,
      minimum: 1,
      maximum: 100_000,
      description: 'Rows removed per statement.',
    }),
  }),
  conformance,
  resilience,
  metrics,
  management,
  api_docs: apiDocs,
  log,
  telemetry,
  allow_insecure_defaults: flag({
    env: ['OAUTH2_ALLOW_INSECURE_DEFAULTS'],
    default: false,
    exact: true,
    description: 'Turn refusals of weak secrets into warnings; works on loopback only.',
  }),
  debug: Type.Object({
    config: flag({
      env: ['OAUTH2_DEBUG_CONFIG'],
      default: false,
      description: 'Log the effective configuration at start, secrets masked.',
    }),
  }),
})

/** The configuration the whole server works with. */
export type Settings = Static<typeof SettingsSchema>
