// Owns: which combinations of settings are refused, one function each.
// Does not own: the form of a single value (shapes.ts).
// Start here: `RULES`; a new rule is one function and one line there.
import { COLOUR_TOKENS, THEMES } from '../branding/palette.ts'
import { isLoopbackHost, isPlainRemote } from './address.ts'
import { brandingContrast } from './branding-rules.ts'
import { configuredIssuer } from './issuer.ts'
import type { Mode } from './mode.ts'
import type { ConfigCode } from './problem.ts'
import { eventBackends, webhookSettings } from './rules-events.ts'
import { workersInDev, workersOnOneFile } from './rules-processes.ts'
import { limitsWithoutRedis } from './rules-rate-limit.ts'
import {
  hmacSecretMissing,
  placeholderKeys,
  weakJwtSecret,
  weakSeedPassword,
} from './rules-secrets.ts'
import { halfConfiguredProvider, PROVIDER_KEYS } from './rules-social.ts'
import { certificate } from './rules-tls.ts'
import type { Settings } from './settings.ts'

/** What a rule found. `key` is the setting to blame. */
export interface Finding {
  readonly code: ConfigCode
  readonly key: string
  readonly what: string
  readonly why: string
  readonly fix: string
  /** True for weak secrets: `allow_insecure_defaults` on loopback makes a warning of it. */
  readonly liftable?: true
}

/** A check over several settings. It is skipped when one of `keys` could not be read. */
export interface Rule {
  readonly modes: readonly Mode[]
  readonly keys: readonly string[]
  readonly check: (settings: Settings) => Finding[]
}

const ISSUER_KEYS = ['jwt.issuer', 'server.public_url', 'server.public_base_url'] as const
const HMAC_KEYS = ['jwt.secret', 'jwt.algorithm', 'jwt.id_token_algorithm'] as const
const LOOK_KEYS = [
  'branding.contrast',
  ...THEMES.flatMap((theme) => COLOUR_TOKENS.map((token) => `branding.${theme}.${token}`)),
]
// Tools never listen; for them the rules of serve are warnings (see load.ts).
const SERVING = ['serve', 'tool'] as const
const ALWAYS = ['dev', 'serve', 'tool'] as const

/** Every rule, in the order in which problems are reported. */
export const RULES: readonly Rule[] = [
  { modes: ['dev'], keys: ['server.host'], check: devHost },
  { modes: ['dev'], keys: ['server.workers'], check: workersInDev },
  { modes: SERVING, keys: ['server.workers', 'database.url'], check: workersOnOneFile },
  { modes: SERVING, keys: ISSUER_KEYS, check: issuerTransport },
  { modes: SERVING, keys: ['server.host', ...ISSUER_KEYS], check: issuerMissing },
  { modes: SERVING, keys: ['server.host', ...ISSUER_KEYS], check: publicListener },
  // Development mode makes a secret and keeps it in the data folder.
  { modes: SERVING, keys: HMAC_KEYS, check: hmacSecretMissing },
  { modes: ALWAYS, keys: ['jwt.secret'], check: weakJwtSecret },
  { modes: ALWAYS, keys: ['secrets.encryption_key', 'session.key'], check: placeholderKeys },
  { modes: ALWAYS, keys: ['seed.password'], check: weakSeedPassword },
  { modes: ALWAYS, keys: ['database.url', 'database.read_url'], check: replicaOfNothing },
  {
    modes: ALWAYS,
    keys: ['server.tls.cert', 'server.tls.key', 'server.tls.http2'],
    check: certificate,
  },
  { modes: ALWAYS, keys: LOOK_KEYS, check: brandingContrast },
  { modes: SERVING, keys: ['accounts.sign_up', 'mail.smtp_url'], check: signUpWithoutMail },
  { modes: ALWAYS, keys: PROVIDER_KEYS, check: halfConfiguredProvider },
  { modes: ALWAYS, keys: ['cache.sessions', 'cache.redis_url'], check: sessionsWithoutRedis },
  {
    modes: ALWAYS,
    keys: ['rate_limit.backend', 'rate_limit.redis_url', 'cache.redis_url'],
    check: limitsWithoutRedis,
  },
  { modes: ALWAYS, keys: ['events.backend', 'events.plugins'], check: eventBackends },
  {
    modes: ALWAYS,
    keys: ['events.backend', 'events.webhook.urls', 'events.webhook.secret'],
    check: webhookSettings,
  },
  {
    modes: ALWAYS,
    keys: ['server.trust_proxy_headers', 'server.trusted_proxies'],
    check: trustedProxies,
  },
  {
    modes: ALWAYS,
    keys: ['allow_insecure_defaults', 'server.host', ...ISSUER_KEYS],
    check: insecureDefaults,
  },
  {
    modes: ALWAYS,
    keys: ['conformance.enabled', 'conformance.allow_remote', 'server.host', ...ISSUER_KEYS],
    check: conformanceInPublic,
  },
]

/** True when nobody but this machine can reach the server, by address or by issuer. */
export function isLocalOnly(settings: Settings): boolean {
  const issuers = [settings.jwt.issuer, settings.server.public_url, settings.server.public_base_url]
  const isLocal = (url: string | undefined): boolean =>
    url === undefined || isLoopbackHost(new URL(url).hostname)
  return isLoopbackHost(settings.server.host) && issuers.every(isLocal)
}

function replicaOfNothing({ database }: Settings): Finding[] {
  if (database.read_url === undefined || /^postgres(ql)?:/.test(database.url)) return []
  return [
    {
      code: 'E_CONFIG_DATABASE',
      key: 'database.read_url',
      what: 'names a replica, but the database is not PostgreSQL',
      why: 'lists would come from another database than everything else',
      fix: 'remove it, or set OAUTH2_DATABASE_URL to the primary of this replica',
    },
  ]
}

function devHost({ server }: Settings): Finding[] {
  if (isLoopbackHost(server.host)) return []
  return [
    {
      code: 'E_CONFIG_DEV_HOST',
      key: 'server.host',
      what: 'can be reached by others, in development mode',
      why: 'development mode has demo users and prints secrets',
      fix: 'use 127.0.0.1, or start the server with: grantd serve',
    },
  ]
}

function issuerTransport({ jwt, server }: Settings): Finding[] {
  const urls = {
    'jwt.issuer': jwt.issuer,
    'server.public_url': server.public_url,
    'server.public_base_url': server.public_base_url,
  }
  return ISSUER_KEYS.flatMap((key): Finding[] => {
    const url = urls[key]
    if (url === undefined || !isPlainRemote(url)) return []
    return [
      {
        code: 'E_CONFIG_ISSUER',
        key,
        what: 'uses http on a non-loopback host',
        why: 'tokens and cookies would travel in clear text; browsers also disable passkeys',
        fix: `use ${url.replace(/^http:/i, 'https:')}; TLS may end at a proxy in front of this server`,
      },
    ]
  })
}

function issuerMissing(settings: Settings): Finding[] {
  if (isLoopbackHost(settings.server.host) || configuredIssuer(settings) !== undefined) return []
  return [
    {
      code: 'E_CONFIG_ISSUER_MISSING',
      key: 'server.public_url',
      what: 'is not set although the server listens on a public address',
      why: 'the issuer is part of every token and is never guessed from a request',
      fix: 'set OAUTH2_PUBLIC_URL to the https URL that clients use',
    },
  ]
}

function publicListener(settings: Settings): Finding[] {
  const issuer = configuredIssuer(settings)
  // An http issuer on a remote host is already E_CONFIG_ISSUER: one mistake, one problem.
  if (isLoopbackHost(settings.server.host) || !issuer || isPlainRemote(issuer)) return []
  if (new URL(issuer).protocol !== 'http:') return []
  return [
    {
      code: 'E_CONFIG_LISTENER',
      key: 'server.host',
      what: `is a public address while the issuer ${issuer} uses http`,
      why: 'others could sign in over a connection that anybody on the way can read',
      fix: 'listen on 127.0.0.1, or set OAUTH2_PUBLIC_URL to an https URL',
    },
  ]
}

function trustedProxies({ server }: Settings): Finding[] {
  if (!server.trust_proxy_headers || server.trusted_proxies.length > 0) return []
  return [
    {
      code: 'E_CONFIG_TRUSTED_PROXIES',
      key: 'server.trusted_proxies',
      what: 'is empty although proxy headers are trusted',
      why: 'everybody could forge the client address and the protocol',
      fix: 'set OAUTH2_SERVER_TRUSTED_PROXIES to the addresses of your proxies',
    },
  ]
}

function insecureDefaults(settings: Settings): Finding[] {
  if (!settings.allow_insecure_defaults || isLocalOnly(settings)) return []
  return [
    {
      code: 'E_CONFIG_INSECURE_DEFAULTS',
      key: 'allow_insecure_defaults',
      what: 'is set on a server that others can reach',
      why: 'it accepts secrets that everybody knows',
      fix: 'unset OAUTH2_ALLOW_INSECURE_DEFAULTS and set real secrets, or use loopback addresses',
    },
  ]
}

function sessionsWithoutRedis({ cache }: Settings): Finding[] {
  if (!cache.sessions || cache.redis_url !== undefined) return []
  return [
    {
      code: 'E_CONFIG_CACHE',
      key: 'cache.sessions',
      what: 'is on although there is no Redis',
      why: 'sessions are looked up in the Redis of the cache',
      fix: 'set OAUTH2_CACHE_REDIS_URL, or turn OAUTH2_CACHE_SESSIONS off',
    },
  ]
}

function signUpWithoutMail({ accounts, mail }: Settings): Finding[] {
  if (!accounts.sign_up || mail.smtp_url !== undefined) return []
  return [
    {
      code: 'E_CONFIG_MAIL',
      key: 'accounts.sign_up',
      what: 'is on although no mail can be sent',
      why: 'an account is made by a link that is mailed',
      fix: 'set OAUTH2_SMTP_URL, or turn OAUTH2_SIGNUP_ENABLED off',
    },
  ]
}

function conformanceInPublic(settings: Settings): Finding[] {
  const { enabled, allow_remote: isAllowed } = settings.conformance
  if (!enabled || isAllowed || isLocalOnly(settings)) return []
  return [
    {
      code: 'E_CONFIG_CONFORMANCE',
      key: 'conformance.enabled',
      what: 'is set on a server that others can reach',
      why: 'it accepts authorization codes without PKCE and unsigned request objects',
      fix: 'unset it; where a conformance suite on another machine runs, set OAUTH2_CONFORMANCE_ALLOW_REMOTE=1 as well',
    },
  ]
}
