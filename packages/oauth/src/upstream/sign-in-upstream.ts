import {
  StorageError,
  type UpstreamFailure,
  type UpstreamProfile,
  type UpstreamProvider,
  type User,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Input } from '../endpoint.ts'
import type { ToldIdentity } from '../identities/linked-logins.ts'
import { afterFirstFactor, type FirstFactorResult } from '../login/first-factor.ts'
import { signedInCookies } from '../login/second-factor-endpoints.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { TICKET_LIFETIME } from '../tickets/tickets.ts'
import type { PendingLogin } from './pending-login.ts'
import { type Account, accountFor, type NoAccount } from './upstream-account.ts'
import { upstreamProblem } from './upstream-page.ts'

/** What a provider proved, and what it was asked for. */
export interface UpstreamResult {
  readonly pending: PendingLogin
  readonly provider: UpstreamProvider
  readonly profile: UpstreamProfile
}

/** Of two answers about one person at once the later one finds what the other has written. */
const TRIES = 3

/** Signs in whom the provider names, as the password would: what else the account asks for is asked. */
export async function signInUpstream(
  { pending, provider, profile }: UpstreamResult,
  input: Input,
  services: Services,
): Promise<Reply> {
  const { returnTo } = pending
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const account = await accountFor(toldBy(provider, profile), profile, input, services)
    if (!('changes' in account)) {
      const { problem, user } = account
      // An address that somebody claims elsewhere is nothing that happened to the account which has it.
      const whom = problem === 'address_taken' ? undefined : user
      await noteRefusal(provider, problem, whom, input, services)
      const { email } = profile
      return upstreamProblem({ problem, provider, returnTo, email }, input, services)
    }
    const start = await startFor(account, { provider, profile }, input, services)
    if (start.outcome === 'refused') continue
    services.mails.tell.deliver({})
    services.logouts.tell.deliver()
    if (start.outcome === 'signed_in') {
      const cookies = signedInCookies(start, account.user, services)
      return { kind: 'redirect', location: returnTo, cookies }
    }
    const maxAge = TICKET_LIFETIME.upstream_second_factor
    return {
      kind: 'redirect',
      location: `/auth/second-factor?${new URLSearchParams({ return_to: returnTo })}`,
      cookies: [{ name: 'pending', value: start.pending, maxAge }],
    }
  }
  return upstreamProblem({ problem: 'refused', provider, returnTo }, input, services)
}

async function startFor(
  { user, changes }: Account,
  { provider: { id: provider }, profile }: Pick<UpstreamResult, 'provider' | 'profile'>,
  { request, signedIn }: Input,
  services: Services,
): Promise<FirstFactorResult> {
  const { ip, userAgent } = request
  const former = signedIn?.session
  const authTime = profile.authenticatedAt
  const about = { provider, authTime, former, ip, userAgent }
  const proven = { user, method: 'fed', changes, ...about } as const
  try {
    return await afterFirstFactor(proven, services)
  } catch (error) {
    // Somebody made the same account, or took its name, at this moment.
    if (error instanceof StorageError && error.kind === 'conflict') return { outcome: 'refused' }
    throw error
  }
}

/** What is kept of a profile: enough to find it and to be recognised by. */
export function toldBy(provider: UpstreamProvider, profile: UpstreamProfile): ToldIdentity {
  const { issuer, subject, email, name, username } = profile
  return { provider: provider.id, issuer, subject, email, name: name ?? username }
}

/** A failed sign-in is one wherever it failed. */
export async function noteRefusal(
  provider: UpstreamProvider,
  reason: UpstreamFailure | NoAccount['problem'],
  user: User | undefined,
  { request }: Input,
  services: Services,
): Promise<void> {
  await services.storage.commit([
    auditChange(
      {
        action: 'login.failed',
        targetKind: 'account',
        targetId: `${provider.id} login`,
        subject: user?.id,
        ip: request.ip,
        metadata: { provider: provider.id, reason },
      },
      services,
    ),
  ])
}
