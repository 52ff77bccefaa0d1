// THE LIST of comparisons, with the bounds that grantd promises to keep.
import { fileURLToPath } from 'node:url'
import type { Scenario } from './compare.ts'
import { bare, framework, grantd, handlers, oidcProvider } from './contenders.ts'
import { addDenials } from './seed.ts'
import {
  CLIENT_CREDENTIALS,
  echo,
  get,
  introspect,
  post,
  signIn,
  sized,
  spend,
  userinfo,
  WITH_RESOURCE,
} from './traffic.ts'

const TOKEN = '/oauth/token'
/** oidc-provider's own paths. */
const PROVIDER_TOKEN = '/token'

const RS256_ID_TOKEN = { OAUTH2_ID_TOKEN_ALG: 'RS256' }

const NO_EVENTS = { OAUTH2_EVENTS_ENABLED: 'false' }
/** Audit events are stored with each token and delivered to a backend that takes them at once. */
export const OUTBOX = {
  OAUTH2_EVENTS_PLUGINS: fileURLToPath(new URL('contenders/take-events.ts', import.meta.url)),
  OAUTH2_EVENTS_BACKEND: 'taker',
}

/** What a request meets on its way, as far as it can be switched off; the denylist is empty then. */
const NO_HOOKS = {
  OAUTH2_TRUST_PROXY_HEADERS: 'false',
  OAUTH2_ALLOWED_ORIGINS: '',
  OAUTH2_LOG_ACCESS: 'false',
  OAUTH2_RATE_LIMIT_ENABLED: 'false',
  OAUTH2_RESILIENCE_ENABLED: 'false',
  OAUTH2_METRICS_ENABLED: 'false',
}
const DENIALS = 200

const echoed = { name: 'echo', start: bare, traffic: echo(CLIENT_CREDENTIALS) }
const hello = { name: 'hello', start: bare, traffic: get('/') }

/** What part of the way to `hello` is the size of the answer, and what part the framework. */
function documentScenario(name: string, path: string): Scenario {
  return {
    name: `documents-${name}`,
    entries: [
      hello,
      { name: 'node:http, as much', start: bare, traffic: sized },
      { name: 'framework, as much', start: framework, traffic: sized },
      { name: 'grantd', start: grantd('ES256'), traffic: get(path) },
    ],
    ratios: [
      { of: 'grantd', to: 'hello', atLeast: 0.8 },
      { of: 'node:http, as much', to: 'hello' },
      { of: 'framework, as much', to: 'hello' },
      { of: 'grantd', to: 'framework, as much' },
    ],
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'client-credentials-es256',
    entries: [
      echoed,
      { name: 'grantd', start: grantd('ES256'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
      {
        name: 'oidc-provider memory',
        start: oidcProvider('jwt', 'memory'),
        traffic: post(PROVIDER_TOKEN, WITH_RESOURCE),
      },
    ],
    ratios: [
      { of: 'grantd', to: 'echo', atLeast: 0.2, aim: 0.28 },
      { of: 'grantd', to: 'oidc-provider memory', atLeast: 2, aim: 2.5 },
    ],
    latency: { p99: 25, longest: 60 },
  },
  {
    name: 'client-credentials-hs256',
    entries: [
      echoed,
      { name: 'grantd', start: grantd('HS256'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
    ],
    ratios: [{ of: 'grantd', to: 'echo', atLeast: 0.3 }],
    latency: { p99: 25, longest: 60 },
  },
  {
    name: 'client-credentials-opaque',
    entries: [
      echoed,
      { name: 'grantd', start: grantd('opaque'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
      {
        name: 'oidc-provider memory',
        start: oidcProvider('opaque', 'memory'),
        traffic: post(PROVIDER_TOKEN, CLIENT_CREDENTIALS),
      },
      {
        name: 'oidc-provider sqlite',
        start: oidcProvider('opaque', 'sqlite'),
        traffic: post(PROVIDER_TOKEN, CLIENT_CREDENTIALS),
      },
    ],
    ratios: [
      { of: 'grantd', to: 'echo', atLeast: 0.38 },
      { of: 'grantd', to: 'oidc-provider memory', atLeast: 2, aim: 2.5 },
      { of: 'grantd', to: 'oidc-provider sqlite', atLeast: 6 },
    ],
    latency: { p99: 25, longest: 60 },
  },
  {
    name: 'introspection',
    entries: [
      echoed,
      { name: 'framework', start: framework, traffic: echo(CLIENT_CREDENTIALS) },
      {
        name: 'grantd',
        start: grantd('opaque'),
        traffic: introspect(TOKEN, '/oauth/introspect'),
      },
      {
        name: 'oidc-provider memory',
        start: oidcProvider('opaque', 'memory'),
        traffic: introspect(PROVIDER_TOKEN, '/token/introspection'),
      },
    ],
    ratios: [
      { of: 'grantd', to: 'echo', atLeast: 0.55 },
      { of: 'framework', to: 'echo' },
      { of: 'grantd', to: 'oidc-provider memory', atLeast: 2 },
    ],
  },
  documentScenario('discovery', '/.well-known/openid-configuration'),
  documentScenario('jwks', '/.well-known/jwks.json'),
  {
    name: 'code-exchange',
    entries: [
      { name: 'grantd', start: grantd('ES256'), traffic: spend(TOKEN, 'codes') },
      {
        name: 'oidc-provider memory',
        start: oidcProvider('jwt', 'memory'),
        traffic: spend(PROVIDER_TOKEN, 'codes'),
      },
    ],
    ratios: [{ of: 'grantd', to: 'oidc-provider memory', atLeast: 2 }],
    latency: { p99: 25, longest: 60 },
  },
  {
    // The same with each algorithm of the ID token; RS256 costs ten times as much to sign.
    name: 'code-exchange-id-token',
    entries: [
      { name: 'ES256', start: grantd('ES256'), traffic: spend(TOKEN, 'codes') },
      { name: 'RS256', start: grantd('ES256', 1, RS256_ID_TOKEN), traffic: spend(TOKEN, 'codes') },
    ],
    ratios: [],
  },
  {
    name: 'userinfo',
    entries: [
      { name: 'grantd', start: grantd('ES256'), traffic: userinfo(TOKEN, '/oauth/userinfo') },
      {
        name: 'oidc-provider memory',
        start: oidcProvider('opaque', 'memory'),
        traffic: userinfo(PROVIDER_TOKEN, '/me'),
      },
    ],
    ratios: [{ of: 'grantd', to: 'oidc-provider memory', atLeast: 1 }],
    latency: { p99: 25, longest: 60 },
  },
  {
    // One account after the other: the cost of Argon2id (19 MiB, two passes), and nothing to compare with.
    name: 'login',
    entries: [{ name: 'grantd', start: grantd('ES256'), traffic: signIn() }],
    ratios: [],
    pace: { connections: 2, seconds: 5 },
  },
  {
    name: 'refresh',
    entries: [
      { name: 'grantd', start: grantd('ES256'), traffic: spend(TOKEN, 'refresh') },
      {
        name: 'oidc-provider memory',
        start: oidcProvider('jwt', 'memory'),
        traffic: spend(PROVIDER_TOKEN, 'refresh'),
      },
    ],
    ratios: [{ of: 'grantd', to: 'oidc-provider memory', atLeast: 2 }],
    latency: { p99: 25, longest: 60 },
  },
  {
    name: 'events-outbox',
    entries: [
      {
        name: 'grantd without events',
        start: grantd('ES256', 1, NO_EVENTS),
        traffic: post(TOKEN, CLIENT_CREDENTIALS),
      },
      { name: 'in memory', start: grantd('ES256'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
      {
        name: 'outbox',
        start: grantd('ES256', 1, OUTBOX),
        traffic: post(TOKEN, CLIENT_CREDENTIALS),
      },
    ],
    ratios: [{ of: 'outbox', to: 'grantd without events', atLeast: 0.8 }],
  },
  {
    // All hooks together may cost a quarter of the throughput at most.
    name: 'hooks',
    entries: [
      {
        name: 'with all hooks',
        start: grantd('ES256', 1, {}, (storage) => addDenials(storage, DENIALS)),
        traffic: post(TOKEN, CLIENT_CREDENTIALS),
      },
      {
        name: 'without',
        start: grantd('ES256', 1, NO_HOOKS),
        traffic: post(TOKEN, CLIENT_CREDENTIALS),
      },
    ],
    ratios: [{ of: 'with all hooks', to: 'without', atLeast: 0.75 }],
  },
  {
    name: 'actors',
    entries: [
      { name: 'with', start: handlers('actors'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
      { name: 'without', start: handlers('nothing'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
    ],
    ratios: [{ of: 'with', to: 'without', atLeast: 0.95 }],
  },
  {
    name: 'two-processes',
    entries: [
      echoed,
      { name: 'grantd', start: grantd('ES256'), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
      { name: 'grantd 2', start: grantd('ES256', 2), traffic: post(TOKEN, CLIENT_CREDENTIALS) },
    ],
    ratios: [],
  },
]
