// Owns: reading and judging an authorization request. Does not own: who is signed in, consent, the
// code. The client and its redirect URI come first: no error is redirected before they are proven.
import {
  type Client,
  type ClientId,
  type CodeChallenge,
  checkResources,
  DEFAULT_SCOPE,
  hasScope,
  invalidRequest,
  isPublicClient,
  isSubsetOf,
  matchRedirectUri,
  mayUseGrant,
  NO_CHALLENGE,
  narrowScope,
  OAuthError,
  parseCodeChallenge,
  parseScope,
  type RedirectUri,
  type ResponseType,
  type Scope,
  scopeTokens,
} from '@grantd/domain'
import { isServed } from '../denylist/standing.ts'
import type { ErrorDetail, ErrorPage, ErrorReason } from '../pages.ts'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import { type OpenIdParameters, readOpenIdParameters } from './openid-parameters.ts'
import { byValue, effectiveParams } from './request-object.ts'
import { toQuery } from './request-text.ts'
import {
  checkResponseMode,
  modeOfAnswer,
  type ResponseMode,
  readResponseType,
} from './response-type.ts'

/** Where an answer may go: proven before anything else is looked at. */
export interface ProvenTarget {
  readonly client: Client
  readonly redirectUri: RedirectUri
  readonly responseMode: ResponseMode
  readonly state: string | undefined
}

export interface AuthorizationRequest extends ProvenTarget, OpenIdParameters {
  readonly responseType: ResponseType
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly codeChallenge: CodeChallenge
  /** The request as one canonical query, by value: what the way on carries and is bound to. */
  readonly query: string
}

/** Why nothing can be sent to the app. */
export type Fault = Pick<ErrorPage, 'reason' | 'parameter' | 'explanation'>

export type Judged =
  /** Shown on our own page: the target is not proven. `details` help a developer, in dev only. */
  | {
      readonly outcome: 'page'
      readonly fault: Fault
      readonly details: readonly ErrorDetail[]
      /** Whose request it is, when that much is known. */
      readonly client?: Client
    }
  /** Sent to the proven redirect URI. */
  | { readonly outcome: 'error'; readonly target: ProvenTarget; readonly error: OAuthError }
  | { readonly outcome: 'valid'; readonly request: AuthorizationRequest }

const MAX_STATE = 2_048
// Any control character in state could split a header of a careless client.
const CONTROL = /\p{Cc}/u

/**
 * RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707, RFC 9101, RFC 9700, OIDC Core §3. `isResumed`: our own
 * token says that this very request was judged before; it must not expire while a person signs in.
 */
export async function judgeAuthorizationRequest(
  params: Params,
  services: Services,
  isResumed = false,
): Promise<Judged> {
  const named = await findClient(params, services)
  if ('outcome' in named) return named
  const { client } = named
  let refusal: OAuthError | undefined
  let effective = params
  let query = ''
  try {
    const valued = await byValue(params, client, services)
    query = toQuery(valued)
    effective = await effectiveParams(valued, client, services, isResumed)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    refusal = error
  }
  const proven = proveTarget(effective, client)
  if ('outcome' in proven)
    return {
      ...(refusal === undefined
        ? proven
        : page('request_object', { explanation: refusal.message })),
      client,
    }
  if (refusal !== undefined) return { outcome: 'error', target: proven, error: refusal }
  try {
    return {
      outcome: 'valid',
      request: await readRequest(effective, { ...proven, query }, services),
    }
  } catch (error) {
    if (error instanceof OAuthError) return { outcome: 'error', target: proven, error }
    throw error
  }
}

type OnPage = Extract<Judged, { outcome: 'page' }>

async function findClient(
  params: Params,
  services: Services,
): Promise<{ readonly client: Client } | OnPage> {
  const repeated = params.duplicates.find((name) => name === 'client_id' || name === 'redirect_uri')
  if (repeated !== undefined) return page('parameter_repeated', { parameter: repeated })
  const id = params.get('client_id')
  if (id === undefined) return page('client_missing')
  const client =
    id.length > 256 ? undefined : await services.clients.for(id).find({ id: id as ClientId })
  // Unknown, disabled and denied read the same.
  if (!isServed(client, services)) return page('client_unknown')
  return { client }
}

function proveTarget(params: Params, client: Client): ProvenTarget | OnPage {
  const presented = params.get('redirect_uri')
  if (presented === undefined) return page('redirect_missing')
  const redirectUri = matchRedirectUri(client.redirectUris, presented, client.applicationType)
  if (redirectUri === undefined)
    return page(
      client.applicationType === 'native' ? 'redirect_unknown_native' : 'redirect_unknown',
      {},
      [
        { label: 'redirect_received', value: presented.slice(0, 2_048) },
        ...client.redirectUris.map((value) => ({ label: 'redirect_registered', value }) as const),
      ],
    )
  const state = params.get('state')
  const isUsable =
    state !== undefined &&
    state.length <= MAX_STATE &&
    !CONTROL.test(state) &&
    !params.duplicates.includes('state')
  return {
    client,
    redirectUri,
    responseMode: modeOfAnswer(client, redirectUri, {
      mode: params.get('response_mode'),
      responseType: params.get('response_type'),
    }),
    state: isUsable ? state : undefined,
  }
}

function page(
  reason: ErrorReason,
  more: { readonly parameter?: string; readonly explanation?: string } = {},
  details: readonly ErrorDetail[] = [],
): OnPage {
  return { outcome: 'page', fault: { reason, explanation: undefined, ...more }, details }
}

async function readRequest(
  params: Params,
  target: ProvenTarget & { readonly query: string },
  services: Services,
): Promise<AuthorizationRequest> {
  const { client } = target
  const repeated = params.duplicates[0]
  if (repeated !== undefined) throw invalidRequest(`${repeated} was sent more than once`)
  if (params.get('state') !== undefined && target.state === undefined) {
    throw invalidRequest(`state must be at most ${MAX_STATE} characters without control characters`)
  }
  const responseType = readResponseType(params.get('response_type'), client)
  checkResponseMode(target, params.get('response_mode'), responseType)
  if (!mayUseGrant(client, 'authorization_code')) {
    throw new OAuthError(
      'unauthorized_client',
      'this client is not registered for authorization_code',
    )
  }
  const scope = readScope(params, client)
  if (responseType !== 'code' && !hasScope(scope, 'openid'))
    throw invalidRequest('an ID token needs the scope openid')
  return {
    ...target,
    ...(await readOpenIdParameters(params, { client, responseType }, services)),
    responseType,
    codeChallenge: readChallenge(params, client, services),
    scope,
    resources: checkResources(params.all('resource'), services.settings.resources),
  }
}

/** PKCE of everybody; the conformance suite alone may leave it out, for clients with a secret. */
function readChallenge(
  params: Params,
  client: Client,
  { settings }: Pick<Services, 'settings'>,
): CodeChallenge {
  const challenge = params.get('code_challenge')
  const method = params.get('code_challenge_method')
  const mayGoWithout = settings.conformance && !isPublicClient(client)
  if (mayGoWithout && challenge === undefined && method === undefined) return NO_CHALLENGE
  return parseCodeChallenge(challenge, method)
}

/** OIDC Core §11: `offline_access` means nothing to a client that gets no refresh tokens. */
function usable(scope: Scope, client: Client): Scope {
  if (!hasScope(scope, 'offline_access') || mayUseGrant(client, 'refresh_token')) return scope
  const others = scopeTokens(scope).filter((token) => token !== 'offline_access')
  return others.length === 0 ? scope : parseScope(others.join(' '))
}

function readScope(params: Params, client: Client): Scope {
  const asked = params.get('scope')
  if (asked !== undefined) return usable(narrowScope(parseScope(asked), client.scope), client)
  return isSubsetOf(DEFAULT_SCOPE, client.scope) ? DEFAULT_SCOPE : client.scope
}
