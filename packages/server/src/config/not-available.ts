/** Settings of the contract that this version does not have. */
export interface NotAvailable {
  /** HOCON key or section; everything below a section counts. */
  readonly key?: string
  readonly env?: readonly string[]
  /** What to do, when it is more than removing the setting. */
  readonly instead?: string
}

/** One line per setting or section. A version that adds one deletes its line here. */
export const NOT_AVAILABLE: readonly NotAvailable[] = [
  { key: 'jwt.stateless_validation', env: ['OAUTH2_JWT_STATELESS_VALIDATION'] },
  { env: ['OAUTH2_ID_TOKEN_PRIVATE_KEY_PEM'] },
  { env: ['OAUTH2_ID_TOKEN_KID'] },
  { env: ['OAUTH2_ADMIN_EMAILS'], instead: 'use OAUTH2_ADMIN_CLIENT_IDS' },
  { env: names('DPOP', 'NONCE_LIFETIME_SECS NONCE_SECRET') },
  {
    env: names('RATE_LIMIT', 'BURST REQUESTS_PER_MINUTE'),
    instead: 'use OAUTH2_RATE_LIMIT_MAX_REQUESTS and OAUTH2_RATE_LIMIT_WINDOW_SECS',
  },
  { env: ['OAUTH2_OTLP_METRICS_ENABLED'] },
  { env: ['OAUTH2_MAX_DELEGATION_DEPTH'] },
  { env: ['OAUTH2_TRUST_DOMAIN'] },
  { env: names('CIMD', 'ENABLED ALLOWED_HOSTS DENIED_HOSTS MAX_CLIENTS') },
  { env: ['OAUTH2_AGENT_OBO_ENABLED'] },
  { env: ['OAUTH2_A2A_PROFILE_ENABLED'] },
  { env: names('TXN', 'TOKENS_ENABLED TOKEN_TTL_SECS') },
  { env: ['OAUTH2_TAC_ENABLED'] },
  { env: ['OAUTH2_ID_JAG_ENABLED'] },
  { env: ['OAUTH2_CHAINING_TARGETS'] },
  { env: ['OAUTH2_AI_AGENT_ACCESS_TOKEN_TTL_SECS'] },
  { env: ['OAUTH2_CORS_ALLOWED_ORIGINS'], instead: 'use OAUTH2_ALLOWED_ORIGINS' },
  { env: names('CORS', 'ALLOWED_METHODS ALLOWED_HEADERS MAX_AGE') },
  { env: ['OAUTH2_SESSION_SECURE'], instead: 'cookies are Secure whenever the issuer uses https' },
  { env: ['OAUTH2_ACR_VALUES_SUPPORTED'] },
  { env: ['OAUTH2_MTLS_ENDPOINT_BASE_URL'] },
]

/** The entry for a HOCON key, or for a section above it. */
export function notAvailableKey(key: string): NotAvailable | undefined {
  return NOT_AVAILABLE.find((entry) => entry.key === key || key.startsWith(`${entry.key}.`))
}

/** The entry for an environment variable. */
export function notAvailableEnv(name: string): NotAvailable | undefined {
  return NOT_AVAILABLE.find((entry) => entry.env?.includes(name))
}

function names(group: string, words: string): string[] {
  return words.split(' ').map((word) => `OAUTH2_${group}_${word}`)
}
