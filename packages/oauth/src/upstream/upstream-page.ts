// Owns: our own page when a sign-in through a provider comes to nothing, and its line in the log. Each has
// a way on: back to the sign-in page with what the app had asked for.
import type { UpstreamFailure, UpstreamProvider } from '@grantd/domain'
import type { Answer, Input } from '../endpoint.ts'
import { loginPath } from '../login/return-to.ts'
import type { UpstreamPage } from '../pages.ts'
import type { CookieChange, Reply } from '../reply.ts'
import type { Services } from '../services.ts'

type Problem = UpstreamPage['problem']

/** Status and code of each; programs may read the code on the page, people read the sentence. */
const ANSWERS: Readonly<Record<Problem, readonly [status: number, code: string]>> = {
  not_configured: [400, 'provider_not_configured'],
  too_long: [400, 'invalid_request'],
  foreign: [403, 'access_denied'],
  other_provider: [400, 'invalid_request'],
  expired: [400, 'invalid_request'],
  denied: [403, 'access_denied'],
  mixed_up: [400, 'provider_error'],
  exchange_refused: [400, 'token_exchange_failed'],
  not_believed: [401, 'provider_error'],
  not_fresh: [401, 'login_required'],
  unavailable: [502, 'provider_error'],
  refused: [403, 'access_denied'],
  no_account: [403, 'access_denied'],
  address_taken: [403, 'access_denied'],
  link_refused: [403, 'access_denied'],
  link_taken: [403, 'access_denied'],
} satisfies Record<Problem | UpstreamFailure, readonly [number, string]>

/** What the pages of these are, for the documentation of the endpoints. */
export const UPSTREAM_PROBLEMS: readonly Answer[] = [
  ...new Set([...Object.values(ANSWERS).map(([status]) => status), 503]),
].map((status) => ({
  status,
  says: 'The sign-in came to nothing; the page says why, and leads back.',
  type: 'text/html',
}))

/** What nobody did wrong, and what happens every day. */
const CALM: ReadonlySet<Problem> = new Set([
  'denied',
  'too_long',
  'not_configured',
  'expired',
  'foreign',
])

export function upstreamProblem(
  view: {
    readonly problem: Problem
    readonly provider: Pick<UpstreamProvider, 'id' | 'label'>
    /** Where the sign-in was to lead. */
    readonly returnTo: string | undefined
    /** Begun in the account console, which is where it leads back to. */
    readonly isLink?: boolean
    readonly status?: number
    /** For the log: why. Never a code, token or secret. */
    readonly reason?: string | undefined
    readonly email?: string | undefined
    readonly cookies?: readonly CookieChange[]
  },
  { request }: Input,
  { log }: Pick<Services, 'log'>,
): Reply {
  const { problem, provider, returnTo = '/profile', isLink = false, reason, email } = view
  const [status, code] = ANSWERS[problem]
  const fields = { request_id: request.requestId, provider: provider.id, problem, reason }
  if (CALM.has(problem)) log.info(fields, 'a sign-in through a provider was not completed')
  else log.warn(fields, 'a sign-in through a provider was refused')
  return {
    kind: 'page',
    status: view.status ?? status,
    ...(view.cookies && { cookies: view.cookies }),
    page: {
      page: 'upstream',
      problem,
      provider: provider.label,
      email,
      code,
      errorId: request.requestId,
      wayBack: isLink ? returnTo : loginPath(returnTo),
    },
  }
}
