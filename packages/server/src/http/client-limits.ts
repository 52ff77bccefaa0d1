// Owns: what is counted for a client: its requests once it proved itself, and failures to do so.
// Does not own: proving a client (@grantd/oauth), the buckets (rate-limits/). Start here: `prove`.
import { type Client, isPublicClient, OAuthError } from '@grantd/domain'
import type { Verdict } from '@grantd/limits'
import { type Params, presentedClient } from '@grantd/oauth'
import type { RateLimits } from './context.ts'
import type { Exchange } from './exchange.ts'
import { tooManyRequests } from './too-many.ts'

type Proving = Client | undefined | Promise<Client | undefined>

/**
 * Authenticates, and counts. Failures count for the client that was named *and* the network that named
 * it: when they are used up, this network is refused without its credentials being looked at, so that a
 * guess is not judged. Other networks of the same client notice nothing. A network in which this client
 * has lately proved itself is judged all the same, so that nobody behind the same address locks it out;
 * its failures only turn from 401 into 429.
 */
export function proveWithin(
  limits: RateLimits,
  exchange: Exchange,
  params: Params,
  authenticate: () => Proving,
): Proving {
  refuseGuesses(limits, exchange, params)
  let proving: Proving
  try {
    proving = authenticate()
  } catch (refusal) {
    return countFailure(limits, exchange, params, refusal)
  }
  if (!(proving instanceof Promise)) return countClient(limits, exchange, proving)
  return proving.then(
    (client) => countClient(limits, exchange, client),
    (refusal: unknown) => countFailure(limits, exchange, params, refusal),
  )
}

function refuseGuesses(limits: RateLimits, exchange: Exchange, params: Params): void {
  if (limits.hasNoFailures()) return
  const { authorization } = exchange.request.headers
  const presented = presentedClient({ params, authorization })
  // Whoever offers no proof guesses nothing: a public client has no secret that a stranger could try.
  if (presented === undefined || !presented.hasProof) return
  const verdict = limits.guessing(presented.clientId, exchange.ip)
  if (verdict !== undefined) refuse(limits, exchange, verdict)
}

function countFailure(
  limits: RateLimits,
  exchange: Exchange,
  params: Params,
  refusal: unknown,
): never | Promise<never> {
  if (!(refusal instanceof OAuthError) || refusal.code !== 'invalid_client') throw refusal
  const { authorization } = exchange.request.headers
  const presented = presentedClient({ params, authorization })
  const verdict = limits.failure(presented?.clientId ?? '', exchange.ip)
  const answer = (judged: Verdict): never => {
    if (!judged.isAllowed) refuse(limits, exchange, judged)
    throw refusal
  }
  return verdict instanceof Promise ? verdict.then(answer) : answer(verdict)
}

/** Public clients are counted by network only: anybody may name one, and use up what it has. */
function countClient(limits: RateLimits, exchange: Exchange, client: Client | undefined): Proving {
  if (client === undefined || isPublicClient(client)) return client
  const verdict = limits.client(client.id, exchange.ip)
  const answer = (judged: Verdict): Client => {
    if (!judged.isAllowed) refuse(limits, exchange, judged)
    if (judged.remaining < (exchange.rate?.remaining ?? Number.POSITIVE_INFINITY)) {
      exchange.rate = judged
    }
    return client
  }
  return verdict instanceof Promise ? verdict.then(answer) : answer(verdict)
}

function refuse(limits: RateLimits, exchange: Exchange, verdict: Verdict): never {
  exchange.rate = verdict
  limits.refused(exchange.ip, exchange.request)
  throw tooManyRequests(verdict)
}
