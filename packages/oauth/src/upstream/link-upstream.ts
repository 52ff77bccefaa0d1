import type { Input } from '../endpoint.ts'
import { RecentAuthentication } from '../evidence/evidence.ts'
import { linkLogin } from '../identities/linked-logins.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { toldBy, type UpstreamResult } from './sign-in-upstream.ts'
import { upstreamProblem } from './upstream-page.ts'

const DONE = {
  linked: 'login_linked',
  known: 'login_known',
  too_many: 'too_many_logins',
  again: 'again',
} as const

/**
 * Links what was proven to the account whose session asked, while that session is the one in this browser
 * and still recent (T175): not to whoever signed in meanwhile, not for whoever was sent the address.
 */
export async function linkUpstream(
  { pending, provider, profile }: UpstreamResult,
  input: Input,
  services: Services,
): Promise<Reply> {
  const { signedIn, request } = input
  const isAsker = signedIn !== undefined && signedIn.session.id === pending.linksTo
  const proof = isAsker ? await RecentAuthentication.check(signedIn, services) : undefined
  const view = { provider, returnTo: pending.returnTo, isLink: true }
  if (proof === undefined)
    return upstreamProblem({ ...view, problem: 'link_refused' }, input, services)
  const wish = { told: toldBy(provider, profile), ip: request.ip }
  const outcome = await linkLogin(proof, wish, services)
  if (outcome === 'taken')
    return upstreamProblem({ ...view, problem: 'link_taken' }, input, services)
  return { kind: 'redirect', location: `/profile?done=${DONE[outcome]}` }
}
