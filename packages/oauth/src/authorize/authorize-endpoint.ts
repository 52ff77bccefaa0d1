// Owns: the way of an authorization request: judged, signed in, consented, answered. Nothing is stored
// on the way: the request lives in the URL, so a back button, a second tab or a restart loses nothing.
import { invalidRequest, nowSeconds, OAuthError, RESPONSE_TYPES } from '@grantd/domain'
import { REFUSED_DETAILS } from '../authorization-details.ts'
import { answerWithCode } from '../consent/answer-with-code.ts'
import { consentPage } from '../consent/consent-page.ts'
import { isConsentNeeded } from '../consent/consent-policy.ts'
import type { Endpoint, Input, SignedIn } from '../endpoint.ts'
import { loginPath } from '../login/return-to.ts'
import { stepUpFor } from '../login/step-up.ts'
import type { Reply } from '../reply.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { type AuthorizationRequest, judgeAuthorizationRequest } from './authorization-request.ts'
import { loadsPage, respondError, type Way } from './authorization-response.ts'
import { PROMPTS } from './openid-parameters.ts'
import { digest, REAUTHENTICATION_MARK as MARK, toQuery } from './request-text.ts'
import { RESPONSE_MODES } from './response-type.ts'
import { unusableRequest } from './unusable-request.ts'

const MAX_REQUEST = 8_000

const parameters = Type.Object({
  response_type: Type.String({ enum: [...RESPONSE_TYPES] }),
  client_id: Type.String(),
  redirect_uri: Type.String({ description: 'As registered, byte for byte.' }),
  scope: Type.Optional(Type.String({ description: 'Separated by spaces.' })),
  state: Type.Optional(Type.String()),
  code_challenge: Type.Optional(
    Type.String({ description: 'Needed, unless it is in the request object.' }),
  ),
  code_challenge_method: Type.Optional(Type.Literal('S256')),
  response_mode: Type.Optional(Type.String({ enum: [...RESPONSE_MODES] })),
  nonce: Type.Optional(Type.String()),
  prompt: Type.Optional(Type.String({ description: `Of ${PROMPTS.join(', ')}.` })),
  max_age: Type.Optional(Type.String({ description: 'Whole seconds.' })),
  login_hint: Type.Optional(Type.String()),
  id_token_hint: Type.Optional(Type.String()),
  claims: Type.Optional(Type.String()),
  acr_values: Type.Optional(Type.String()),
  display: Type.Optional(Type.String()),
  ui_locales: Type.Optional(Type.String()),
  claims_locales: Type.Optional(Type.String()),
  request: Type.Optional(Type.String({ description: 'A request object (RFC 9101).' })),
  request_uri: Type.Optional(
    Type.String({ description: 'Where the request object is; registered before.' }),
  ),
  registration: Type.Optional(
    Type.String({ description: 'Refused with registration_not_supported.' }),
  ),
  ...REFUSED_DETAILS,
  resource: Type.Optional(
    Type.Array(Type.String(), { description: 'May be sent several times (RFC 8707).' }),
  ),
})

async function handle(input: Input, services: Services): Promise<Reply> {
  const sent = toQuery(input.params)
  const isResumed = markOf(input.params.get(MARK), sent, services) !== undefined
  const judged = await judgeAuthorizationRequest(input.params, services, isResumed)
  switch (judged.outcome) {
    case 'page':
      return unusableRequest(judged, input.params, input, services)
    case 'error':
      return respondError(judged.target, judged.error, wayOf(input, services))
    case 'valid':
      return goOn(judged.request, input, services)
  }
}

/** Our mark is on every request that went through the sign-in form. */
function wayOf(input: Input, services: Services): Way {
  const { issuer } = services.settings
  const isAfterForm = input.params.get(MARK) !== undefined && loadsPage(input.request)
  return { issuer, isAfterForm, acts: services.acts }
}

async function goOn(
  request: AuthorizationRequest,
  input: Input,
  services: Services,
): Promise<Reply> {
  const way = wayOf(input, services)
  const { query } = request
  if (query.length > MAX_REQUEST) {
    return respondError(request, new OAuthError('invalid_request', 'the request is too long'), way)
  }
  const isSilent = request.prompt.has('none')
  const { signedIn } = input
  if (signedIn === undefined || mustSignInAgain(request, signedIn, input, query, services)) {
    if (isSilent)
      return respondError(request, new OAuthError('login_required', 'nobody is signed in'), way)
    return toLogin(request, signedIn, query, services)
  }
  // Somebody else is here: whom the app means gets a chance to sign in, once, and never unseen (T20).
  if (!isHinted(request, signedIn, services) && !isSilent && !isReturning(input, query, services))
    return toLogin(request, signedIn, query, services)
  const stranger = strangerRefusal(request, signedIn, services)
  if (stranger !== undefined) return respondError(request, stranger, way)
  const { acr } = request
  const stepUp = await stepUpFor(acr.values, signedIn, services)
  const isFresh = isFreshlySignedIn(signedIn, input.params.get(MARK), query, services)
  if (stepUp === 'sign_in' && !isFresh && !isSilent)
    return toLogin(request, signedIn, query, services)
  if (stepUp !== 'reached' && acr.isEssential)
    return respondError(request, unmetAcr(stepUp === 'sign_in' && isSilent), way)
  const isAsked =
    request.prompt.has('consent') || (await isConsentNeeded(request, signedIn.user.id, services))
  if (!isAsked) return answerWithCode({ request, signedIn, changes: [], way }, services)
  if (isSilent)
    return respondError(request, new OAuthError('consent_required', 'consent is needed'), way)
  return consentPage(
    { request, query, signedIn, clues: input, notice: undefined, status: 200 },
    services,
  )
}

function unmetAcr(mayBeReached: boolean): OAuthError {
  return mayBeReached
    ? new OAuthError('login_required', 'another sign-in is needed for the requested acr')
    : new OAuthError(
        'unmet_authentication_requirements',
        'this account has no second factor, which the requested acr needs',
      )
}

function mustSignInAgain(
  request: AuthorizationRequest,
  signedIn: SignedIn,
  input: Input,
  query: string,
  services: Services,
): boolean {
  const isDemanded = request.prompt.has('login') || request.prompt.has('select_account')
  const age = nowSeconds(services.clock) - signedIn.session.authTime
  const isTooOld = request.maxAge !== undefined && age > request.maxAge
  const isZero = request.maxAge === 0
  if (!isDemanded && !isTooOld && !isZero) return false
  return !isFreshlySignedIn(signedIn, input.params.get(MARK), query, services)
}

/** OIDC Core §3.1.2.1: whether the person of `id_token_hint`, if there is one, is signed in. */
function isHinted(
  { hintedSubject, client }: AuthorizationRequest,
  { user }: SignedIn,
  services: Services,
): boolean {
  return hintedSubject === undefined || hintedSubject === services.subjects.of(client, user.id)
}

/** Whether this very request was at the sign-in page before. */
function isReturning(input: Input, query: string, services: Services): boolean {
  return markOf(input.params.get(MARK), query, services) !== undefined
}

/** Why somebody else than the one asked for gets no answer, however freshly signed in (T20, T21). */
function strangerRefusal(
  request: AuthorizationRequest,
  signedIn: SignedIn,
  services: Services,
): OAuthError | undefined {
  if (!isHinted(request, signedIn, services))
    return new OAuthError('login_required', 'somebody else than the hinted person is signed in')
  const subject = services.subjects.of(request.client, signedIn.user.id)
  const { id_token: idToken, userinfo } = request.claims ?? {}
  const isForeign = [idToken?.sub, userinfo?.sub].some(
    (wish) =>
      (wish?.value !== undefined && wish.value !== subject) ||
      (wish?.values !== undefined && !wish.values.includes(subject)),
  )
  if (!isForeign) return undefined
  return invalidRequest('claims asks for somebody else than who is signed in')
}

/** True when the mark is ours for this very request and another session stands now than then. */
function isFreshlySignedIn(
  signedIn: SignedIn,
  mark: string | undefined,
  query: string,
  services: Services,
): boolean {
  const made = markOf(mark, query, services)
  if (made === undefined) return false
  return signedIn.session.id !== made.former && signedIn.session.authTime >= made.issuedAt
}

/** Who was signed in when this very request was first sent to the sign-in page, and when that was. */
function markOf(
  mark: string | undefined,
  query: string,
  services: Services,
): { readonly former: string; readonly issuedAt: number } | undefined {
  if (mark === undefined) return undefined
  const [former, token] = splitMark(mark)
  const guard = services.forms.check(token, 'reauthenticate', former, digest(query))
  return guard.verdict === 'valid' ? { former, issuedAt: guard.issuedAt } : undefined
}

function toLogin(
  request: AuthorizationRequest,
  signedIn: SignedIn | undefined,
  query: string,
  services: Services,
): Reply {
  const former = signedIn?.session.id ?? 'none'
  const mark = `${former}~${services.forms.issue('reauthenticate', former, digest(query))}`
  const returnTo = `/oauth/authorize?${query}&${MARK}=${encodeURIComponent(mark)}`
  const hint = request.loginHint === undefined ? {} : { login_hint: request.loginHint }
  const notice = signedIn === undefined ? {} : { error: 'reauthenticate' }
  return { kind: 'redirect', location: loginPath(returnTo, { ...hint, ...notice }) }
}

function splitMark(mark: string): [former: string, token: string] {
  const at = mark.indexOf('~')
  return at < 0 ? ['', ''] : [mark.slice(0, at), mark.slice(at + 1)]
}

/**
 * Browsers leave the session cookie (SameSite=Lax) out of a form that another site sends, and send it
 * when the same request comes by GET: who is signed in must not be asked again, or be nobody to prompt=none.
 */
function byGet({ params, signedIn }: Input): Reply | undefined {
  const query = toQuery(params)
  if (signedIn !== undefined || query.length > MAX_REQUEST) return undefined
  return { kind: 'redirect', location: `/oauth/authorize?${query}` }
}

/** Parameters in both query and body could be read as two different requests (security of RFC 6749 §3.1). */
async function handlePost(input: Input, services: Services): Promise<Reply> {
  const judged = await judgeAuthorizationRequest(input.params, services)
  if (judged.outcome === 'page') return handle(input, services)
  if (!input.request.target.includes('?'))
    return (judged.outcome === 'valid' && byGet(input)) || handle(input, services)
  const target = judged.outcome === 'error' ? judged.target : judged.request
  const error = new OAuthError(
    'invalid_request',
    'send the request in the body or in the query, not in both',
  )
  return respondError(target, error, wayOf(input, services))
}

export const authorizeEndpoint: Endpoint = {
  id: 'authorize',
  method: 'GET',
  path: '/oauth/authorize',
  spec: 'RFC 6749 §3.1, RFC 7636, RFC 9207',
  summary: 'Asks a person to sign in and to let an application in.',
  caller: 'session',
  body: 'none',
  duplicates: 'handler',
  tag: 'OAuth2',
  discoveryName: 'authorization_endpoint',
  parameters,
  handle,
}

/** OIDC Core §3.1.2.1 asks for POST as well. */
export const authorizeByPost: Endpoint = {
  id: 'authorize.post',
  method: 'POST',
  path: '/oauth/authorize',
  spec: 'OIDC Core §3.1.2.1',
  summary: 'The same by form.',
  caller: 'session',
  body: 'form',
  duplicates: 'handler',
  tag: 'OAuth2',
  parameters,
  handle: handlePost,
}
