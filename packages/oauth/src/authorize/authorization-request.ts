// Owns: reading and judging an authorization request. Does not own: who is signed in, consent, the
// code. The client and its redirect URI come first: no error is redirected before they are proven.
import {
  type ApplicationType,
  type Client,
  type ClientId,
  type CodeChallenge,
  checkResources,
  DEFAULT_SCOPE,
  isSubsetOf,
  matchRedirectUri,
  mayUseGrant,
  narrowScope,
  OAuthError,
  parseCodeChallenge,
  parseScope,
  type RedirectUri,
  redirectTarget,
  type Scope,
} from '@grantd/domain'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import { subjectOfHint } from '../tokens/id-token-hint.ts'

export type ResponseMode = 'query' | 'form_post'

/** Where an answer may go: proven before anything else is looked at. */
export interface ProvenTarget {
  readonly client: Client
  readonly redirectUri: RedirectUri
  readonly responseMode: ResponseMode
  readonly state: string | undefined
}

export interface AuthorizationRequest extends ProvenTarget {
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly codeChallenge: CodeChallenge
  readonly nonce: string | undefined
  readonly prompt: ReadonlySet<string>
  readonly maxAge: number | undefined
  readonly loginHint: string | undefined
  /** Whom `id_token_hint` names; nobody else may be answered for (OIDC Core §3.1.2.1). */
  readonly expectedSubject: string | undefined
}

export type Judged =
  /** Shown on our own page: the target is not proven. `details` help a developer, in dev only. */
  | {
      readonly outcome: 'page'
      readonly message: string
      readonly details: readonly { label: string; value: string }[]
    }
  /** Sent to the proven redirect URI. */
  | { readonly outcome: 'error'; readonly target: ProvenTarget; readonly error: OAuthError }
  | { readonly outcome: 'valid'; readonly request: AuthorizationRequest }

const MAX_STATE = 2_048
const MAX_NONCE = 512
const PROMPTS = ['none', 'login', 'consent', 'select_account']
// Any control character in state could split a header of a careless client.
const CONTROL = /\p{Cc}/u

/** RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707, RFC 9700. */
export async function judgeAuthorizationRequest(
  params: Params,
  services: Services,
): Promise<Judged> {
  const proven = await proveTarget(params, services)
  if (proven.outcome !== 'proven') return proven
  const { target } = proven
  try {
    return { outcome: 'valid', request: readRequest(params, target, services) }
  } catch (error) {
    if (error instanceof OAuthError) return { outcome: 'error', target, error }
    throw error
  }
}

async function proveTarget(
  params: Params,
  services: Services,
): Promise<{ outcome: 'proven'; target: ProvenTarget } | Extract<Judged, { outcome: 'page' }>> {
  const repeated = params.duplicates.find((name) => name === 'client_id' || name === 'redirect_uri')
  if (repeated !== undefined) return page(`The parameter ${repeated} was sent more than once.`)
  const id = params.get('client_id')
  if (id === undefined) return page('The request names no application (client_id is missing).')
  const client =
    id.length > 256 ? undefined : await services.clients.for(id).find({ id: id as ClientId })
  // Unknown and disabled read the same.
  if (client === undefined || !client.isEnabled)
    return page('The application (client_id) is not known here.')
  const presented = params.get('redirect_uri')
  if (presented === undefined)
    return page('The request does not say where to return to (redirect_uri is missing).')
  const redirectUri = matchRedirectUri(client.redirectUris, presented, client.applicationType)
  if (redirectUri === undefined)
    return page(mismatch(client.applicationType), [
      { label: 'Received redirect_uri', value: presented.slice(0, 2_048) },
      ...client.redirectUris.map((uri) => ({ label: 'Registered', value: uri as string })),
    ])
  const state = params.get('state')
  const isUsable =
    state !== undefined &&
    state.length <= MAX_STATE &&
    !CONTROL.test(state) &&
    !params.duplicates.includes('state')
  return {
    outcome: 'proven',
    target: {
      client,
      redirectUri,
      // No form can be posted to an app's own scheme; its errors go the other way.
      responseMode:
        params.get('response_mode') === 'form_post' && !redirectTarget(redirectUri).isCustomScheme
          ? 'form_post'
          : 'query',
      state: isUsable ? state : undefined,
    },
  }
}

function mismatch(type: ApplicationType): string {
  const rule = type === 'native' ? 'exactly, except for the port of 127.0.0.1 or [::1]' : 'exactly'
  return `The return address (redirect_uri) is not registered for this application. It is compared ${rule}.`
}

function page(
  message: string,
  details: readonly { label: string; value: string }[] = [],
): Extract<Judged, { outcome: 'page' }> {
  return { outcome: 'page', message, details }
}

function readRequest(
  params: Params,
  target: ProvenTarget,
  services: Services,
): AuthorizationRequest {
  const { client } = target
  const repeated = params.duplicates[0]
  if (repeated !== undefined)
    throw refused('invalid_request', `${repeated} was sent more than once`)
  const mode = params.get('response_mode')
  if (mode !== undefined && mode !== 'query' && mode !== 'form_post') {
    throw refused('invalid_request', 'response_mode must be query or form_post')
  }
  if (mode === 'form_post' && target.responseMode !== 'form_post') {
    throw refused('invalid_request', 'response_mode form_post needs an http or https redirect_uri')
  }
  if (params.get('state') !== undefined && target.state === undefined) {
    throw refused(
      'invalid_request',
      `state must be at most ${MAX_STATE} characters without control characters`,
    )
  }
  if (params.get('request') !== undefined)
    throw refused('request_not_supported', 'request objects are not supported')
  if (params.get('request_uri') !== undefined)
    throw refused('request_uri_not_supported', 'request_uri is not supported')
  const responseType = params.get('response_type')
  if (responseType === undefined) throw refused('invalid_request', 'response_type is required')
  if (responseType !== 'code')
    throw refused('unsupported_response_type', 'response_type must be code')
  if (!mayUseGrant(client, 'authorization_code')) {
    throw refused('unauthorized_client', 'this client is not registered for authorization_code')
  }
  const nonce = params.get('nonce')
  if (nonce !== undefined && nonce.length > MAX_NONCE)
    throw refused('invalid_request', 'nonce is too long')
  return {
    ...target,
    codeChallenge: parseCodeChallenge(
      params.get('code_challenge'),
      params.get('code_challenge_method'),
    ),
    scope: readScope(params, client),
    resources: checkResources(params.all('resource'), services.settings.resources),
    nonce,
    prompt: readPrompt(params.get('prompt')),
    maxAge: readMaxAge(params.get('max_age')),
    loginHint: params.get('login_hint')?.slice(0, 256),
    expectedSubject: readHint(params.get('id_token_hint'), client, services),
  }
}

function readScope(params: Params, client: Client): Scope {
  const asked = params.get('scope')
  if (asked !== undefined) return narrowScope(parseScope(asked), client.scope)
  return isSubsetOf(DEFAULT_SCOPE, client.scope) ? DEFAULT_SCOPE : client.scope
}

function readPrompt(text: string | undefined): ReadonlySet<string> {
  const values = text === undefined ? [] : text.split(' ')
  if (values.some((value) => !PROMPTS.includes(value))) {
    throw refused('invalid_request', `prompt must be of ${PROMPTS.join(', ')}`)
  }
  if (values.includes('none') && values.length > 1) {
    throw refused('invalid_request', 'prompt none cannot be combined')
  }
  return new Set(values)
}

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[0-9]{1,9}$/.test(text)) throw refused('invalid_request', 'max_age must be whole seconds')
  return Number(text)
}

function readHint(
  hint: string | undefined,
  client: Client,
  services: Services,
): string | undefined {
  if (hint === undefined) return undefined
  const subject = subjectOfHint(hint, client, services)
  if (subject !== undefined) return subject
  throw refused(
    'invalid_request',
    'id_token_hint is not an ID token of this server for this client',
  )
}

function refused(code: OAuthError['code'], description: string): OAuthError {
  return new OAuthError(code, description)
}
