// Owns: requests that travel as a JWT, by value or by reference (RFC 9101, OIDC Core §6): fetching,
// verifying, and which parameters then count. Does not own: what the parameters mean.
import {
  ASYMMETRIC_ALGORITHMS,
  type Client,
  invalidRequest,
  nowSeconds,
  OAuthError,
} from '@grantd/domain'
import { readJwtPart, verifyClientJwt } from '../clients/client-jwt.ts'
import { OutboundError } from '../outbound/outbound-http.ts'
import { Params } from '../params.ts'
import type { Services } from '../services.ts'

type Claims = Readonly<Record<string, unknown>>
type Ports = Pick<Services, 'clientKeys' | 'clock' | 'outbound' | 'settings'>

const MAX_LIFETIME = 3_600
const SKEW = 60
const TYPES = ['JWT', 'oauth-authz-req+jwt']
/** Claims of the envelope; all others are parameters. */
const ENVELOPE = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sub'])

/**
 * The request by value: a `request_uri` is fetched once and stands in the request from then on, so
 * that what a person sees is what they decide about, whatever the document says later.
 */
export async function byValue(params: Params, client: Client, services: Ports): Promise<Params> {
  const uri = params.get('request_uri')
  if (uri === undefined) return params
  if (params.get('request') !== undefined)
    throw invalidRequest('send request or request_uri, not both')
  const text = await fetchRequestObject(uri, client, services)
  const others = [...params].filter(([name]) => name !== 'request_uri')
  return Params.of(Object.fromEntries([...others, ['request', text]]))
}

/**
 * The parameters that count: those of the request object alone where there is one (RFC 9101 §5,
 * T103), else those that were sent. `isResumed`: this very request was judged before a person was
 * asked to sign in or to decide; it may have expired since.
 * Throws `invalid_request_object`, `request_not_supported` or `invalid_request`.
 */
export async function effectiveParams(
  params: Params,
  client: Client,
  services: Ports,
  isResumed: boolean,
): Promise<Params> {
  const text = params.get('request')
  if (text === undefined) {
    if (client.metadata.require_signed_request_object === true)
      throw invalidRequest('this client must send a signed request object')
    return params
  }
  const isUnsigned = mayBeUnsigned(text, client, services)
  if (!isUnsigned && !mayUseRequestObjects(client)) {
    throw new OAuthError(
      'request_not_supported',
      'this client registered neither keys nor request_object_signing_alg for request objects',
    )
  }
  const claims = isUnsigned ? readUnsigned(text) : await verify(text, client, services)
  if (claims === undefined) throw bad('is not signed as registered')
  checkEnvelope(claims, client, { isUnsigned, isResumed }, services)
  return toParams(claims, client)
}

/**
 * Who registered `none` sends nothing else. The conformance suite registers nothing and sends both:
 * by the letter any algorithm may then be used (OIDC Registration §2), here only where it is at work.
 */
function mayBeUnsigned(text: string, { metadata }: Client, { settings }: Ports): boolean {
  const { request_object_signing_alg: registered, require_signed_request_object: mustBeSigned } =
    metadata
  if (mustBeSigned === true) return false
  if (registered !== undefined) return registered === 'none'
  return settings.conformance && readJwtPart(text, 0)?.alg === 'none'
}

function mayUseRequestObjects({ metadata }: Client): boolean {
  return metadata.jwks !== undefined || metadata.jwks_uri !== undefined
}

async function fetchRequestObject(uri: string, client: Client, services: Ports): Promise<string> {
  const refuse = (why: string): OAuthError => new OAuthError('invalid_request_uri', why)
  const registered = client.metadata.request_uris ?? []
  // A fragment names a version (OIDC Registration §2), not another document.
  if (!registered.some((one) => withoutFragment(one) === withoutFragment(uri)))
    throw refuse('request_uri is not registered for this client')
  try {
    const accept = 'application/oauth-authz-req+jwt, application/jwt'
    const { status, body } = await services.outbound.get(withoutFragment(uri), {
      accept,
      purpose: 'request_object',
    })
    if (status === 200) return body.toString('utf8').trim()
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
  }
  throw refuse('request_uri could not be read')
}

function verify(text: string, client: Client, services: Ports): Promise<Claims | undefined> {
  const { request_object_signing_alg: registered } = client.metadata
  const algorithms = ASYMMETRIC_ALGORITHMS.filter(
    (algorithm) => registered === undefined || algorithm === registered,
  )
  return verifyClientJwt(text, client, { algorithms, types: TYPES }, services)
}

/** Worth as much as plain parameters, and no more. */
function readUnsigned(text: string): Claims | undefined {
  const isUnsigned = readJwtPart(text, 0)?.alg === 'none' && text.endsWith('.')
  return isUnsigned ? readJwtPart(text, 1) : undefined
}

function checkEnvelope(
  claims: Claims,
  client: Client,
  { isUnsigned, isResumed }: { readonly isUnsigned: boolean; readonly isResumed: boolean },
  services: Ports,
): void {
  const at = nowSeconds(services.clock)
  const { iss, aud, exp, nbf, client_id: id } = claims
  if ('request' in claims || 'request_uri' in claims) throw bad('must not hold another one')
  if (id !== undefined && id !== client.id) throw bad('names another client_id')
  if (iss === undefined ? !isUnsigned : iss !== client.id) throw bad('must have the client as iss')
  if (aud === undefined ? !isUnsigned : !isForUs(aud, services))
    throw bad('must have this issuer as aud')
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= at + SKEW))
    throw bad('is not valid yet')
  if (exp === undefined && isUnsigned) return
  if (typeof exp !== 'number' || exp > at + MAX_LIFETIME) throw bad('must end within an hour (exp)')
  if (exp <= at && !isResumed) throw bad('has expired')
}

function isForUs(aud: unknown, { settings }: Ports): boolean {
  const names = [settings.issuer, `${settings.baseUrl.replace(/\/$/, '')}/oauth/authorize`]
  return (Array.isArray(aud) ? aud : [aud]).some((one) => names.includes(one))
}

function toParams(claims: Claims, client: Client): Params {
  const values: Record<string, string | readonly string[]> = { client_id: client.id }
  for (const [name, value] of Object.entries(claims)) {
    if (ENVELOPE.has(name) || name === 'client_id') continue
    values[name] = toText(name, value)
  }
  return Params.of(values)
}

function toText(name: string, value: unknown): string | readonly string[] {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (name === 'claims' && typeof value === 'object') return JSON.stringify(value)
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (name === 'resource' && isList) return value
  throw bad(`has a ${name.slice(0, 64)} that is no text`)
}

function withoutFragment(uri: string): string {
  return uri.replace(/#.*$/s, '')
}

function bad(reason: string): OAuthError {
  return new OAuthError('invalid_request_object', `the request object ${reason}`)
}
