import { UpstreamError, type UpstreamProvider } from '@grantd/domain'
import type { Input } from '../endpoint.ts'
import type { RecentAuthentication } from '../evidence/evidence.ts'
import type { CookieChange, Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { keepPending, newPendingLogin } from './pending-login.ts'
import { upstreamProblem } from './upstream-page.ts'

/** What a sign-in at a provider is for. */
export type UpstreamIntent =
  /** `isFresh`: whoever is signed in there proves themselves again. */
  | { readonly intent: 'sign_in'; readonly isFresh: boolean }
  /** Becomes a login of the account that `proof` is of; asked by its session, answered to it (T175). */
  | { readonly intent: 'link'; readonly proof: RecentAuthentication }

/**
 * Sends the browser to a provider, with what it has to bring back in a cookie. Who links comes from a
 * form, whose redirects the browser holds to form-action (docs/adr/0006): they get a page that leads on.
 */
export async function beginUpstream(
  wish: UpstreamIntent & {
    readonly provider: UpstreamProvider
    readonly returnTo: string
    readonly loginHint?: string | undefined
  },
  input: Input,
  services: Services,
): Promise<Reply> {
  const { provider, returnTo } = wish
  const isLink = wish.intent === 'link'
  const pending = newPendingLogin(
    {
      provider: provider.id,
      returnTo,
      isFresh: wish.intent === 'sign_in' && wish.isFresh,
      linksTo: wish.intent === 'link' ? wish.proof.session.id : undefined,
    },
    services,
  )
  const cookie = keepPending(pending, services)
  if (cookie === undefined)
    return upstreamProblem({ problem: 'too_long', provider, returnTo, isLink }, input, services)
  let location: string | undefined
  try {
    const { loginHint } = wish
    location = await services.upstream?.begin(provider.id, { ...pending, loginHint })
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { reason: problem, message: reason } = error
    return upstreamProblem({ problem, provider, returnTo, reason, isLink }, input, services)
  }
  if (location === undefined)
    return upstreamProblem(
      { problem: 'not_configured', provider, returnTo, isLink },
      input,
      services,
    )
  return leadTo(location, provider, [cookie], isLink)
}

function leadTo(
  location: string,
  { label }: UpstreamProvider,
  cookies: readonly CookieChange[],
  isAfterForm: boolean,
): Reply {
  if (!isAfterForm) return { kind: 'redirect', location, cookies }
  const page = { page: 'continue', href: location, clientName: label } as const
  return { kind: 'page', status: 200, cookies, page }
}
