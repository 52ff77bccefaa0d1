// Owns: the decision of the consent form. Does not own: whether to ask (consent-policy.ts), the page.
import { after, type Change, nowSeconds, OAuthError, parseScope, scopeTokens } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import {
  type AuthorizationRequest,
  judgeAuthorizationRequest,
} from '../authorize/authorization-request.ts'
import { loadsPage, respondError, type Way } from '../authorize/authorization-response.ts'
import { clientDigest, digest, fromQuery } from '../authorize/request-text.ts'
import { unusableRequest } from '../authorize/unusable-request.ts'
import type { Endpoint, Input, SignedIn } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { loginPath, safeReturnTo } from '../login/return-to.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { tryAnswerWithCode } from './answer-with-code.ts'
import { consentPage } from './consent-page.ts'
import { mayBeRemembered, shownScope } from './consent-policy.ts'

/** A decision token is spent once; the record of it outlives the token. */
const REPLAY_MEMORY = 3_600

export const consentEndpoint: Endpoint = {
  id: 'consent',
  method: 'POST',
  path: '/oauth/consent',
  spec: 'RFC 6749 §4.1.1: the resource owner decides',
  summary: 'Takes the decision of the consent form.',
  parameters: formFields('csrf', 'request', 'decision', 'remember?'),
  caller: 'session',
  body: 'form',
  async handle(input, services) {
    const query = input.params.get('request') ?? ''
    const { signedIn } = input
    if (signedIn === undefined) return signInFirst(query)
    // Bound to this session and this very request: nobody consents to what they did not see (CVE-2026-7507).
    const guard = services.forms.check(
      input.params.get('csrf'),
      'consent',
      signedIn.session.id,
      digest(query),
    )
    const { settings, acts } = services
    const way = { issuer: settings.issuer, isAfterForm: loadsPage(input.request), acts }
    const isResumed = guard.verdict === 'valid'
    const asked = fromQuery(query)
    const judged = await judgeAuthorizationRequest(asked, services, isResumed)
    if (judged.outcome === 'page') return unusableRequest(judged, asked, input, services)
    if (judged.outcome === 'error') return respondError(judged.target, judged.error, way)
    return decide({ request: judged.request, query, signedIn, guard, way }, input, services)
  },
}

interface ConsentForm {
  readonly request: AuthorizationRequest
  readonly query: string
  readonly signedIn: SignedIn
  readonly guard: ReturnType<Services['forms']['check']>
  readonly way: Way
}

async function decide(form: ConsentForm, input: Input, services: Services): Promise<Reply> {
  const { request, query, signedIn, guard, way } = form
  const again = (notice: 'expired' | 'already_decided'): Reply =>
    consentPage({ request, query, signedIn, clues: input, notice, status: 403 }, services)
  if (guard.verdict !== 'valid') return again('expired')
  const decision = input.params.get('decision')
  if (decision !== 'allow' && decision !== 'deny') return again('expired')
  const at = nowSeconds(services.clock)
  const once: Change = {
    kind: 'once.use',
    purpose: 'consent',
    id: guard.nonce,
    expiresAt: after(at, REPLAY_MEMORY),
  }
  const note = (action: 'consent.granted' | 'consent.denied'): Change =>
    auditChange(
      {
        action,
        actor: signedIn.user.id,
        targetKind: 'client',
        targetId: request.client.id,
        ip: input.request.ip,
        metadata: { scope: request.scope },
      },
      services,
    )
  if (decision === 'deny') {
    const denied = await services.storage.commit([once, note('consent.denied')])
    if (denied.outcome === 'refused') return again('already_decided')
    return respondError(request, new OAuthError('access_denied', 'the person declined'), way)
  }
  // The suite expects that what was allowed once may be asked for with prompt=none.
  const isWanted = input.params.get('remember') !== undefined || services.settings.conformance
  const isRemembered = isWanted && mayBeRemembered(request.client, services)
  const consent = isRemembered ? [await rememberedConsent(request, signedIn, services)] : []
  const answered = await tryAnswerWithCode(
    { request, signedIn, changes: [once, ...consent, note('consent.granted')], way },
    services,
  )
  return answered ?? again('already_decided')
}

async function rememberedConsent(
  request: AuthorizationRequest,
  signedIn: SignedIn,
  services: Services,
): Promise<Change> {
  const at = nowSeconds(services.clock)
  const former = await services.storage.consents.find(signedIn.user.id, request.client.id)
  const digestNow = clientDigest(request.client)
  const known = former?.clientDigest === digestNow ? scopeTokens(former.scope) : []
  return {
    kind: 'consent.put',
    consent: {
      id: former?.id ?? services.ids.next(),
      userId: signedIn.user.id,
      clientId: request.client.id,
      scope: parseScope([...known, ...scopeTokens(shownScope(request))].join(' ')),
      clientDigest: digestNow,
      createdAt: former?.createdAt ?? at,
      updatedAt: at,
    },
  }
}

function signInFirst(query: string): Reply {
  const returnTo = safeReturnTo(`/oauth/authorize?${query}`) ?? '/profile'
  return { kind: 'redirect', location: loginPath(returnTo, { error: 'login_required' }) }
}
