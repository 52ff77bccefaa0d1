import { type Change, type CodeId, OAuthError } from '@grantd/domain'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { respond, respondError, type Way } from '../authorize/authorization-response.ts'
import type { SignedIn } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'

/** Issues a code with `changes` in one transaction and sends it; a lost guard sends an error instead. */
export async function answerWithCode(
  answer: {
    readonly request: AuthorizationRequest
    readonly signedIn: SignedIn
    readonly changes: readonly Change[]
    readonly way: Way
  },
  services: Services,
): Promise<Reply> {
  const code = await issueCode(answer, services)
  if (code !== undefined) return respond(answer.request, [['code', code]], answer.way)
  return respondError(
    answer.request,
    new OAuthError('server_error', 'the decision could not be stored'),
    answer.way,
  )
}

/** `undefined` when a guard among `changes` was lost. */
export function issueCode(
  answer: {
    readonly request: AuthorizationRequest
    readonly signedIn: SignedIn
    readonly changes: readonly Change[]
  },
  services: Services,
): Promise<string | undefined> {
  const { request, signedIn } = answer
  const id = services.ids.next<CodeId>()
  return services.auth.for(id).issueCode({
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
      openid: {},
    },
    changes: answer.changes,
  })
}
