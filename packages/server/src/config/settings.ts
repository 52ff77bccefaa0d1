// Owns: every setting of the server - name, type, default, meaning. The one place to add one.
// Does not own: where values come from (load.ts) or which combinations are refused (rules.ts).
// Start here: `SettingsSchema`, nested exactly like the keys of application.conf.
import Type from 'typebox'
import { choice, flag, integer, list, optionalText, seconds, text } from './setting.ts'
import { accounts, mail } from './settings-people.ts'

const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA', 'HS256'] as const
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

const server = Type.Object({
  host: text({
    env: ['OAUTH2_SERVER_HOST'],
    default: '127.0.0.1',
    shape: 'host',
    description: 'Address or host name to listen on; `0.0.0.0` for every IPv4 interface.',
  }),
  port: integer({
    env: ['OAUTH2_SERVER_PORT'],
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'TCP port to listen on; 0 takes a free one.',
  }),
  public_url: optionalText({
    env: ['OAUTH2_PUBLIC_URL', 'OAUTH2_ISSUER_URL'],
    shape: 'base_url',
    description: 'The URL under which clients reach this server, and its issuer identifier.',
  }),
  public_base_url: optionalText({
    env: ['OAUTH2_SERVER_PUBLIC_BASE_URL', 'OAUTH2_PUBLIC_BASE_URL', 'OAUTH2_BASE_URL'],
    shape: 'base_url',
    description: 'Issuer when `server.public_url` is unset; kept for older configurations.',
  }),
  trust_proxy_headers: flag({
    env: ['OAUTH2_SERVER_TRUST_PROXY_HEADERS', 'OAUTH2_TRUST_PROXY_HEADERS'],
    default: false,
    description: 'Believe `X-Forwarded-*` from the addresses in `server.trusted_proxies`.',
  }),
  trusted_proxies: list({
    env: ['OAUTH2_SERVER_TRUSTED_PROXIES'],
    shape: 'proxy',
    description: 'IP addresses and CIDR ranges of the proxies in front of this server.',
  }),
  enforce_https: flag({
    env: ['OAUTH2_SERVER_ENFORCE_HTTPS', 'OAUTH2_ENFORCE_HTTPS'],
    default: false,
    description: 'Redirect plain-http requests to https (308).',
  }),
  allowed_origins: list({
    env: ['OAUTH2_ALLOWED_ORIGINS'],
    shape: 'origin',
    description: 'Web origins that may read responses across origins (CORS); `*` for any.',
  }),
})

const jwt = Type.Object({
  secret: optionalText({
    env: ['OAUTH2_JWT_SECRET'],
    secret: true,
    description: 'Key for HS256, at least 32 bytes; only used when an algorithm is HS256.',
  }),
  algorithm: choice(SIGNING_ALGORITHMS, {
    env: ['OAUTH2_JWT_ALGORITHM'],
    default: 'ES256',
    description: 'Signature algorithm of access tokens.',
  }),
  id_token_algorithm: choice(SIGNING_ALGORITHMS, {
    env: ['OAUTH2_ID_TOKEN_ALG'],
    default: 'RS256',
    description: 'Signature algorithm of ID tokens (OpenID Connect Core expects RS256).',
  }),
  issuer: optionalText({
    env: ['OAUTH2_JWT_ISSUER'],
    shape: 'issuer',
    description: 'The `iss` value, when it must differ from `server.public_url`; used unchanged.',
  }),
  audience: optionalText({
    env: ['OAUTH2_JWT_AUDIENCE'],
    description: 'Audience of access tokens when no resource is requested; unset = the client id.',
  }),
  resources: list({
    env: ['OAUTH2_RESOURCES'],
    shape: 'resource',
    description: 'Resource identifiers (RFC 8707) that clients may request tokens for.',
  }),
  key_rotation_grace_hours: integer({
    env: ['OAUTH2_JWT_KEY_ROTATION_GRACE_HOURS'],
    default: 24,
    minimum: 0,
    maximum: 87_600,
    unit: 'hours',
    description: 'How long a rotated key stays published and accepted.',
  }),
  key_rotation_interval_hours: integer({
    env: ['OAUTH2_JWT_KEY_ROTATION_INTERVAL_HOURS'],
    default: 2_160,
    minimum: 0,
    maximum: 87_600,
    unit: 'hours',
    description:
      'Age at which a signing key is replaced by itself; 0 = only by `grantd keys rotate`.',
  }),
  public_introspection: flag({
    env: ['OAUTH2_PUBLIC_INTROSPECTION', 'OAUTH2_INTROSPECTION_PUBLIC'],
    default: false,
    description: 'Answer introspection without client authentication. Leave it off.',
  }),
  access_tokens_opaque: flag({
    env: ['OAUTH2_ACCESS_TOKENS_OPAQUE'],
    default: false,
    description: 'Issue random access tokens that only introspection can read, instead of JWTs.',
  }),
  access_token_ttl_secs: seconds({
    env: ['OAUTH2_ACCESS_TOKEN_TTL_SECS', 'OAUTH2_ACCESS_TOKEN_EXPIRATION'],
    default: 3600,
    description: 'Lifetime of an access token.',
  }),
  refresh_token_ttl_secs: seconds({
    env: ['OAUTH2_REFRESH_TOKEN_TTL_SECS', 'OAUTH2_REFRESH_TOKEN_EXPIRATION'],
    default: 2_592_000,
    description: 'Lifetime of a refresh token that is not used.',
  }),
  refresh_token_max_age_secs: seconds({
    env: ['OAUTH2_REFRESH_TOKEN_MAX_AGE_SECS'],
    default: 7_776_000,
    description: 'Absolute end of a refresh token family, counted from the first token.',
  }),
  refresh_token_grace_secs: seconds({
    env: ['OAUTH2_REFRESH_TOKEN_GRACE_SECS'],
    default: 10,
    minimum: 0,
    maximum: 300,
    description: 'How long a spent refresh token still answers with its successor; 0 = off.',
  }),
  authorization_code_ttl_secs: seconds({
    env: ['OAUTH2_AUTHORIZATION_CODE_TTL_SECS', 'OAUTH2_AUTHORIZATION_CODE_EXPIRATION'],
    default: 60,
    maximum: 600,
    description: 'Lifetime of an authorization code.',
  }),
  id_token_ttl_secs: seconds({
    env: ['OAUTH2_ID_TOKEN_TTL_SECS'],
    default: 3600,
    description: 'Lifetime of an ID token.',
  }),
})

const session = Type.Object({
  key: optionalText({
    env: ['OAUTH2_SESSION_KEY'],
    secret: true,
    shape: 'session_key',
    description: 'Session key, 128 hex digits; unset = derived from `secrets.encryption_key`.',
  }),
  idle_timeout_secs: seconds({
    env: ['OAUTH2_SESSION_TIMEOUT'],
    default: 1800,
    description: 'A session unused for this long ends.',
  }),
  absolute_timeout_secs: seconds({
    env: ['OAUTH2_SESSION_MAX_AGE_SECS'],
    default: 43_200,
    description: 'A session ends this long after sign-in, used or not.',
  }),
  management: flag({
    env: ['OAUTH2_SESSION_MANAGEMENT_ENABLED'],
    default: false,
    description: 'Offer the iframe of OpenID Connect Session Management (`check_session_iframe`).',
  }),
})

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

const log = Type.Object({
  level: choice(LOG_LEVELS, {
    env: ['LOG_LEVEL', 'RUST_LOG'],
    default: 'info',
    shape: 'log_level',
    description: 'Least severe level that is logged; of `name=debug,info` only `info` counts.',
  }),
  format: choice(['json', 'pretty'], {
    env: ['OAUTH2_LOG_FORMAT'],
    default: 'json',
    defaultText: '`json`; with `grantd dev` `pretty`',
    description: 'One JSON object a line, or lines for people.',
  }),
  access: flag({
    env: ['OAUTH2_LOG_ACCESS'],
    default: true,
    description: 'Log one line per request.',
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
  database: Type.Object({
    url: text({
      env: ['OAUTH2_DATABASE_URL'],
      default: 'sqlite:oauth2.db?mode=rwc',
      defaultText: '`sqlite:oauth2.db?mode=rwc`; with `grantd dev` `<data.dir>/grantd.db`',
      shape: 'database_url',
      description:
        'Where data lives: `sqlite:<file>?mode=rwc`, `postgresql://user:password@host/name`, `mongodb://user:password@host/name` or `memory:`.',
    }),
    read_url: optionalText({
      env: ['OAUTH2_DATABASE_READ_URL'],
      shape: 'replica_url',
      description:
        'PostgreSQL replica for the lists of clients, users and audit records; never for tokens.',
    }),
    max_connections: integer({
      env: ['OAUTH2_DATABASE_MAX_CONNECTIONS'],
      default: 50,
      minimum: 2,
      maximum: 1_000,
      description:
        'Most connections of this process to PostgreSQL or MongoDB; it rarely needs more than a few.',
    }),
    min_connections: integer({
      env: ['OAUTH2_DATABASE_MIN_CONNECTIONS'],
      default: 1,
      minimum: 1,
      maximum: 1_000,
      description: 'Connections for reads that stay open when nothing happens.',
    }),
    acquire_timeout_secs: seconds({
      env: ['OAUTH2_DATABASE_ACQUIRE_TIMEOUT_SECS', 'OAUTH2_DATABASE_CONNECT_TIMEOUT'],
      default: 30,
      maximum: 600,
      description:
        'How long a request, or the start, waits for a connection to PostgreSQL or MongoDB.',
    }),
    idle_timeout_secs: seconds({
      env: ['OAUTH2_DATABASE_IDLE_TIMEOUT_SECS', 'OAUTH2_DATABASE_IDLE_TIMEOUT'],
      default: 600,
      maximum: 86_400,
      description: 'How long a connection beyond `min_connections` rests before it is closed.',
    }),
  }),
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
  registration: Type.Object({
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
  }),
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
  mail,
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
  log,
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
export type Settings = Type.Static<typeof SettingsSchema>
