// Owns: what random requests look like: good ones of every operation of the OpenAPI document, spoilt in a
// few places. Does not own: what the document says (operations.ts), JSON by schema (from-schema.ts).
import fc from 'fast-check'
import { VERIFIER } from '../crash/prepare.ts'
import type { OpenApi } from '../support/documented.ts'
import { authorization, type Cast, type FuzzRequest } from './cast.ts'
import { fromSchema } from './from-schema.ts'
import { type FuzzOperation, operationsOf } from './operations.ts'
import { CONTENT_TYPES, HEADERS, MEMBERS, PARAMETERS, VALUES } from './vocabulary.ts'

type Pair = readonly [name: string, value: string]

/** A request that means something to the endpoint, as far as one is known; the rest is left to chance. */
function goodParameters({ id: operation, fields }: FuzzOperation, cast: Cast): readonly Pair[] {
  const [access = '', refresh = '', idToken = '', code = ''] = cast.live
  const { id, secret } = cast.confidential
  const asClient = { client_id: id, client_secret: secret }
  const good: Readonly<Record<string, Record<string, string>>> = {
    authorize: authorization(cast, cast.publicId),
    'authorize.post': authorization(cast, cast.publicId),
    consent: {
      request: `${new URLSearchParams(authorization(cast, cast.publicId))}`,
      decision: 'allow',
    },
    token: {
      grant_type: 'refresh_token',
      refresh_token: refresh,
      client_id: cast.publicId,
      code,
      code_verifier: VERIFIER,
    },
    introspect: { token: access, ...asClient },
    revoke: { token: 'grt_unknown', ...asClient },
    'userinfo.post': { access_token: access },
    'logout.rp': { id_token_hint: idToken, post_logout_redirect_uri: cast.redirectUri },
    'login.submit': { username: 'ada', password: '' },
  }
  const csrf = 'csrf' in fields ? { csrf: cast.csrf } : {}
  return Object.entries({ ...csrf, ...good[operation] })
}

const METADATA = {
  client_name: 'Fuzz',
  redirect_uris: ['https://app.example/cb'],
  token_endpoint_auth_method: 'none',
  event: {
    id: '550e8400-e29b-41d4-a716-446655440000',
    event_type: 'order_placed',
    timestamp: '2026-01-01T00:00:00Z',
    severity: 'info',
  },
}

/** Random requests to the operations, to paths beside them and to paths nobody has. */
export function requests(cast: Cast, document: OpenApi): fc.Arbitrary<FuzzRequest> {
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...VALUES) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...cast.live,
        cast.publicId,
        cast.confidential.id,
        cast.redirectUri,
      ),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: spoilt(fc.constantFrom(...cast.live, cast.redirectUri)) },
  )
  const stray = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...PARAMETERS) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('__proto__', 'constructor', 'scope[]', 'a[b][c]', '', 'toString'),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
  )
  /** Most of what is changed has a meaning there. */
  const changesOf = ({ fields }: FuzzOperation) => {
    const own = Object.keys(fields)
    const name = own.length === 0 ? stray : fc.oneof(fc.constantFrom(...own), stray)
    const how = fc.constantFrom('set', 'set', 'set', 'drop', 'repeat')
    return fc.array(fc.record({ name, value, how }), { maxLength: 4 })
  }
  const jsonOf = ({ json }: FuzzOperation) =>
    json === undefined ? fc.constant('') : jsonBody(value, fromSchema(json, value, document))
  const planOf = (operation: FuzzOperation) =>
    fc.record({
      operation: fc.constant(operation),
      method: seldom(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
        12,
      ),
      path: seldom(pathTrick(), 12),
      id: fc.constantFrom(
        'some-id',
        cast.publicId,
        cast.confidential.id,
        cast.managedId,
        '*',
        '%61',
        '__proto__',
        'a%00b',
      ),
      isBlank: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
      changes: changesOf(operation),
      headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 3 }),
      authority: fc.constantFrom(
        ...[...operation.security, ...operation.security, 'none', 'session', 'access_token'],
      ),
      own: fc.array(fc.tuple(fc.constantFrom(...operation.headers, 'x-own'), value), {
        maxLength: 1,
      }),
      type: seldom(fc.constantFrom(...CONTENT_TYPES), 15),
      json: jsonOf(operation),
      raw: seldom(fc.uint8Array({ maxLength: 200 }), 25),
      bulk: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 5_000),
      inQuery: fc.boolean(),
    })
  return fc.oneof(...operationsOf(document).map(planOf)).map((plan) => {
    const { operation } = plan
    const at = operation.path.replace('*', plan.id)
    const pairs = changed(plan.isBlank ? [] : goodParameters(operation, cast), plan.changes)
    const many = Array.from({ length: plan.bulk }, (_, n): Pair => [`p${n}`, 'x'])
    const encoded = encode([...pairs, ...many])
    const method = plan.method ?? operation.method
    const hasBody = operation.type !== undefined
    const query = !hasBody || (plan.inQuery && plan.bulk === 0) ? encoded : ''
    const target = (plan.path?.(at) ?? at) + (query === '' ? '' : `?${query}`)
    const text = operation.place === 'json' ? plan.json : encoded
    const body = plan.raw === undefined ? Buffer.from(text) : Buffer.from(plan.raw)
    return {
      method,
      target,
      headers: [
        ...authorityOf(plan.authority, cast),
        ...(operation.type === undefined
          ? []
          : ([['content-type', plan.type ?? operation.type]] as const)),
        ...(operation.security.includes('session') && method === 'POST'
          ? ([['origin', cast.origin]] as const)
          : []),
        ...plan.own.map(([name, text]) => [name, visible(text)] as const),
        ...plan.headers,
      ],
      ...(hasBody && method !== 'GET' && method !== 'HEAD' && { body }),
    }
  })
}

function authorityOf(authority: string, cast: Cast): readonly Pair[] {
  if (authority === 'session') return [['cookie', cast.cookie]]
  if (authority === 'client_secret_basic') return [['authorization', cast.basic]]
  if (authority === 'none') return []
  // Of the tokens of an operation the cast has but the access token, or one that the address gives.
  return [['authorization', `Bearer ${cast.bearers[authority] ?? cast.live[0]}`]]
}

/** What a header may consist of; node would refuse to send the rest. */
function visible(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, 300)
}

function changed(
  pairs: readonly Pair[],
  changes: readonly { name: string; value: string; how: string }[],
): readonly Pair[] {
  let kept = [...pairs]
  for (const [index, { name, value, how }] of changes.entries()) {
    // Half of the changes hit what is there: noise alone is refused at the door.
    const hit = index % 2 === 0 ? kept[name.length % Math.max(1, kept.length)]?.[0] : undefined
    const target = hit ?? name
    if (how !== 'repeat') kept = kept.filter(([known]) => known !== target)
    if (how !== 'drop') kept.push([target, value])
  }
  return kept
}

/** Something one time in so many, else nothing. */
function seldom<T>(arbitrary: fc.Arbitrary<T>, times: number): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary },
  )
}

function encode(pairs: readonly Pair[]): string {
  return pairs.map((pair) => pair.map(escaped).join('=')).join('&')
}

/** Half surrogate pairs have no percent-encoding; `%` and `+` go raw at times, as bad clients send them. */
function escaped(text: string): string {
  if (text === '%' || text === '%zz' || text === '%00' || text === '+') return text
  return encodeURIComponent(text.toWellFormed())
}

function spoilt(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.nat(), fc.constantFrom('cut', 'flip', 'double', 'blank'))
    .map(([whole, at, how]) => {
      const place = whole.length === 0 ? 0 : at % whole.length
      if (how === 'cut') return whole.slice(0, place)
      if (how === 'double') return whole + whole
      if (how === 'blank') return `${whole.slice(0, place)} ${whole.slice(place)}`
      return `${whole.slice(0, place)}${whole[place] === 'A' ? 'B' : 'A'}${whole.slice(place + 1)}`
    })
}

function pathTrick(): fc.Arbitrary<(path: string) => string> {
  return fc.constantFrom<((path: string) => string)[]>(
    (path) => `/${path}`,
    (path) => `${path}/`,
    (path) => `${path};x=1`,
    (path) => path.toUpperCase(),
    (path) => path.replace('/', '/%2e/'),
    (path) => path.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
    (path) => `${path}%00`,
    (path) => `${path}%zz`,
    (path) => `/x/..${path}`,
    () => '/static/../../etc/passwd',
    () => '/static/..%2f..%2fpackage.json',
    () => `/${'a'.repeat(3_000)}`,
    () => '*',
  )
}

function jsonBody(
  value: fc.Arbitrary<string>,
  documented: fc.Arbitrary<unknown>,
): fc.Arbitrary<string> {
  const member = fc.tuple(
    fc.constantFrom(...MEMBERS, '__proto__', 'constructor'),
    fc.oneof(value, fc.jsonValue({ maxDepth: 3 }), fc.array(value, { maxLength: 3 })),
  )
  const object = fc.array(member, { maxLength: 4 }).map((members) => {
    const text = JSON.stringify({ ...METADATA, ...Object.fromEntries(members) })
    // An object cannot have it by its own; JSON can.
    return members.some(([name]) => name === '__proto__')
      ? text.replace('{', '{"__proto__":{"a":1},')
      : text
  })
  return fc.oneof(
    { weight: 5, arbitrary: object },
    { weight: 4, arbitrary: documented.map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: fc.jsonValue().map((any) => JSON.stringify(any)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '{',
        '[[[',
        '['.repeat(20_000),
        '{"a":1,"a":2}',
        '\ufeff{}',
        '{"a":"\\ud800"}',
        'null',
        '{"client_name":"\\u0000"}',
      ),
    },
  )
}
