import {
  type Change,
  type CodeId,
  hasScope,
  nowSeconds,
  OAuthError,
  type OpenIdGrant,
} from '@grantd/domain'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { respond, respondError, type Way } from '../authorize/authorization-response.ts'
import type { SignedIn } from '../endpoint.ts'
import { ensureSigningKey } from '../keys/ensure-signing-key.ts'
import { type Reply, withCookies } from '../reply.ts'
import type { Services } from '../services.ts'
import { opStateCookies, sessionStateFields } from '../session-management/session-state.ts'
import { acrOf } from '../tokens/acr.ts'
import { idTokenAlgorithm, mintIdToken } from '../tokens/id-token.ts'
import { claimsByName } from '../userinfo/claims-of-user.ts'

export interface CodeAnswer {
  readonly request: AuthorizationRequest
  readonly signedIn: SignedIn
  /** Written in the transaction that stores the code; a lost guard among them means no code. */
  readonly changes: readonly Change[]
  readonly way: Way
}

/** Issues a code with `changes` in one transaction and sends it; a lost guard sends an error instead. */
export async function answerWithCode(answer: CodeAnswer, services: Services): Promise<Reply> {
  const reply = await tryAnswerWithCode(answer, services)
  if (reply !== undefined) return reply
  return respondError(
    answer.request,
    new OAuthError('server_error', 'the decision could not be stored'),
    answer.way,
  )
}

/** As `answerWithCode`; `undefined` when a guard among `changes` was lost. */
export async function tryAnswerWithCode(
  answer: CodeAnswer,
  services: Services,
): Promise<Reply | undefined> {
  const { request, way } = answer
  if (hasScope(request.scope, 'openid'))
    await ensureSigningKey(idTokenAlgorithm(request.client, services.settings), services)
  await services.clientUse.note(request.client)
  const code = await issueCode(answer, services)
  if (code === undefined) return undefined
  if (code instanceof OAuthError) return respondError(request, code, way)
  const fields: (readonly [string, string])[] = [['code', code]]
  if (request.responseType === 'code id_token')
    fields.push(['id_token', await frontChannelIdToken(answer, code, services)])
  if (!hasScope(request.scope, 'openid')) return respond(request, fields, way)
  const { id } = answer.signedIn.session
  const answered = [...fields, ...sessionStateFields(request, id, services)]
  const reply = respond(request, answered, way)
  return withCookies(reply, opStateCookies(id, services))
}

/** The code, `undefined` when a guard was lost, or what the app is told when nobody is signed in any more. */
async function issueCode(
  answer: CodeAnswer,
  services: Services,
): Promise<string | OAuthError | undefined> {
  const { request, signedIn } = answer
  const id = services.ids.next<CodeId>()
  const issued = services.auth.for(id).issueCode({
    code: {
      id,
      clientId: request.client.id,
      userId: signedIn.user.id,
      sessionId: signedIn.session.id,
      redirectUri: request.redirectUri,
      scope: request.scope,
      resources: request.resources,
      codeChallenge: request.codeChallenge,
      nonce: request.nonce,
      authTime: signedIn.session.authTime,
      amr: signedIn.session.amr,
      openid: openIdOf(answer, services),
    },
    changes: answer.changes,
  })
  return issued.catch((error: unknown) => {
    if (error instanceof OAuthError && error.code === 'login_required') return error
    throw error
  })
}

/** Rows of plain OAuth requests stay as small as they were. */
function openIdOf(
  { request, signedIn }: CodeAnswer,
  { subjects }: Pick<Services, 'subjects'>,
): OpenIdGrant {
  if (!hasScope(request.scope, 'openid')) return {}
  return {
    acr: acrOf(signedIn.session.amr),
    sid: subjects.sid(request.client, signedIn.session.id),
    ...(request.claims !== undefined && { claims: request.claims }),
  }
}

/** OIDC Core §3.3.2.11: bound to the code by `c_hash`; no access token is beside it. */
function frontChannelIdToken(
  { request, signedIn }: CodeAnswer,
  code: string,
  services: Services,
): Promise<string> {
  const { client } = request
  const { session, user } = signedIn
  return mintIdToken(
    {
      client,
      userId: user.id,
      scope: request.scope,
      nonce: request.nonce,
      authTime: session.authTime,
      acr: acrOf(session.amr),
      amr: session.amr,
      sid: services.subjects.sid(client, session.id),
      claims: claimsByName(user, request.claims?.id_token, client.scope),
      code,
      issuedAt: nowSeconds(services.clock),
    },
    services,
  )
}
