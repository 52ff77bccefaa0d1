import type { Endpoint } from '@grantd/oauth'

/**
 * Who is answered when not everybody can be, the most urgent first. To end access must work when all
 * else does not, and so must what other servers need to check what they were given; whoever holds a
 * grant comes before whoever asks for one; who is new can wait.
 */
export const RANKS = ['vital', 'token', 'people', 'registration'] as const

export type Rank = number

/** Up to this rank a request is done with as soon as there is a processor and the database has answered. */
export const LAST_QUICK: Rank = RANKS.indexOf('token')

/** The part of the bound that each rank may fill. */
export const SHARES: readonly number[] = [1, 0.9, 0.75, 0.5]

const VITAL: ReadonlySet<string> = new Set([
  'revoke',
  'introspect',
  'jwks',
  'openid-configuration',
  'oauth-authorization-server',
  'logout',
  'logout.rp',
  'logout.rp.post',
  'logout.confirm',
])
const TOKEN: ReadonlySet<string> = new Set(['token', 'userinfo', 'userinfo.post'])
const REGISTRATION = /^(register|connect\.register|sign_up|events\.(ingest|redeliver)|client\.logo)/

/** Probes and figures are never refused: whoever watches must see what happens. */
const EXEMPT: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])

/** Of an endpoint; `undefined` for what is never refused. */
export function rankOf({ id, path }: Pick<Endpoint, 'id' | 'path'>): Rank | undefined {
  if (EXEMPT.has(path)) return undefined
  if (VITAL.has(id)) return 0
  if (TOKEN.has(id)) return 1
  return REGISTRATION.test(id) ? 3 : 2
}

/** Of a path without an endpoint: files of pages, and what does not exist. */
export const OTHER: Rank = 2
