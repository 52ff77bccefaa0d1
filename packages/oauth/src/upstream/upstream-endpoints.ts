// Owns: the two addresses of a sign-in through a provider: where it begins and where it comes back.
// Does not own: the protocol (social), what waits in between (pending-login.ts), accounts
// (upstream-account.ts).
import {
  OAuthError,
  UpstreamError,
  type UpstreamProfile,
  type UpstreamProvider,
} from '@grantd/domain'
import { judgeAuthorizationRequest } from '../authorize/authorization-request.ts'
import { fromQuery } from '../authorize/request-text.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { safeReturnTo } from '../login/return-to.ts'
import { type Reply, withCookies } from '../reply.ts'
import type { Services } from '../services.ts'
import { beginUpstream } from './begin-upstream.ts'
import { providerOf } from './known-providers.ts'
import { linkUpstream } from './link-upstream.ts'
import { FORGET_PENDING, findPending, type PendingLogin, spendPending } from './pending-login.ts'
import { noteRefusal, signInUpstream } from './sign-in-upstream.ts'
import { UPSTREAM_PROBLEMS, upstreamProblem } from './upstream-page.ts'

export const upstreamLogin: Endpoint = {
  id: 'upstream.login',
  method: 'GET',
  path: '/auth/login/*',
  spec: 'OIDC Core §3.1.2.1, RFC 7636',
  summary: 'Sends a person to another provider to sign in there.',
  segment: 'provider',
  caller: 'session',
  body: 'none',
  parameters: formFields('return_to?', 'login_hint?'),
  answers: UPSTREAM_PROBLEMS,
  refuses: ['not_found'],
  async handle(input, services) {
    const named = sharedRegistration(input, services) ?? configuredOrProblem(input, services)
    if ('kind' in named) return named
    const returnTo = safeReturnTo(input.params.get('return_to')) ?? '/profile'
    const isFresh = input.signedIn !== undefined || (await asksAgain(returnTo, services))
    const loginHint = input.params.get('login_hint')?.slice(0, 256)
    const wish = { intent: 'sign_in', provider: named, returnTo, isFresh, loginHint } as const
    return beginUpstream(wish, input, services)
  },
}

export const upstreamCallback: Endpoint = {
  id: 'upstream.callback',
  method: 'GET',
  path: '/auth/callback/*',
  spec: 'OIDC Core §3.1.2.5, RFC 9207',
  summary: 'Signs a person in, or links a login, by what a provider answers.',
  segment: 'provider',
  caller: 'session',
  rateClass: 'credentials',
  body: 'none',
  parameters: formFields('state', 'code?', 'error?', 'error_description?', 'iss?'),
  answers: UPSTREAM_PROBLEMS,
  refuses: ['not_found'],
  async handle(input, services) {
    const provider = configuredOrProblem(input, services)
    if ('kind' in provider) return provider
    const { params, request } = input
    const found = await findPending(request.upstream, params.get('state'), services)
    if (found.verdict === 'foreign')
      return upstreamProblem({ problem: 'foreign', provider, returnTo: undefined }, input, services)
    const { pending } = found
    const { returnTo } = pending
    const cookies = [FORGET_PENDING]
    if (pending.provider !== provider.id)
      return upstreamProblem(
        { problem: 'other_provider', provider, returnTo, cookies },
        input,
        services,
      )
    const isSpent =
      found.verdict === 'expired' ||
      (await services.storage.commit([spendPending(pending)])).outcome === 'refused'
    if (isSpent)
      return upstreamProblem({ problem: 'expired', provider, returnTo, cookies }, input, services)
    return withCookies(await finish(pending, provider, input, services), cookies)
  },
}

/** What the state was good for is spent, whatever comes of it. */
async function finish(
  pending: PendingLogin,
  provider: UpstreamProvider,
  input: Input,
  services: Services,
): Promise<Reply> {
  let profile: UpstreamProfile | undefined
  try {
    const params = new URLSearchParams(queryOf(input.request.target))
    profile = await services.upstream?.complete(provider.id, { ...pending, params })
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { reason: problem, message: reason } = error
    // Nobody tried anything where the person went back, or the provider is out of order.
    const isAttempt = problem !== 'denied' && problem !== 'unavailable'
    if (isAttempt) await noteRefusal(provider, problem, undefined, input, services)
    const { returnTo, linksTo } = pending
    const view = { problem, provider, returnTo, reason, isLink: linksTo !== undefined }
    return upstreamProblem(view, input, services)
  }
  if (profile === undefined) throw new OAuthError('not_found', 'there is nothing at this path')
  const answer = { pending, provider, profile }
  return pending.linksTo === undefined
    ? signInUpstream(answer, input, services)
    : linkUpstream(answer, input, services)
}

/** `azure` without settings of its own is Microsoft by those of `microsoft`, its callback included. */
function sharedRegistration(
  { request }: Input,
  { upstream }: Services,
): UpstreamProvider | undefined {
  const isAzure = /^\/auth\/login\/azure(?:\?|$)/.test(request.target)
  if (!isAzure || upstream?.providers.some(({ id }) => id === 'azure')) return undefined
  return upstream?.providers.find(({ id }) => id === 'microsoft')
}

/** The configured provider of the path, or the answer that there is none. */
function configuredOrProblem(input: Input, services: Services): UpstreamProvider | Reply {
  const named = providerOf(input.request.target, services)
  if (named.verdict === 'configured') return named.provider
  if (named.verdict === 'unknown')
    throw new OAuthError('not_found', 'there is nothing at this path')
  const { provider, status } = named
  const view = { problem: 'not_configured', provider, returnTo: undefined, status } as const
  return upstreamProblem(view, input, services)
}

/** Whether the waiting request wants to be told of a new sign-in (`prompt`, `max_age`). */
async function asksAgain(returnTo: string, services: Services): Promise<boolean> {
  if (!returnTo.includes('?')) return false
  const judged = await judgeAuthorizationRequest(fromQuery(queryOf(returnTo)), services, true)
  if (judged.outcome !== 'valid') return false
  const { prompt, maxAge } = judged.request
  return prompt.has('login') || prompt.has('select_account') || maxAge !== undefined
}

function queryOf(target: string): string {
  const start = target.indexOf('?')
  return start === -1 ? '' : target.slice(start + 1)
}
