// The sections `server` and `log`.
import { Type } from '@grantd/oauth/schema'
import { choice, flag, integer, list, optionalText, text } from './setting.ts'
import { processes } from './settings-processes.ts'
import { tls } from './settings-tls.ts'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

export const server = Type.Object({
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
  ...processes,
  client_origins: flag({
    env: ['OAUTH2_CLIENT_ORIGINS'],
    default: false,
    description:
      'Let the pages of a client read the answers to its own requests (CORS): those on the origins of its redirect URIs.',
  }),
  tls,
})

export const log = Type.Object({
  level: choice(LOG_LEVELS, {
    env: ['LOG_LEVEL', 'OAUTH2_LOG_LEVEL', 'RUST_LOG'],
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
