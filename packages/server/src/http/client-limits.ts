// Owns: what is counted for a client: its requests once it proved itself, and failures to do so.
// Does not own: proving a client (@grantd/oauth), the buckets (rate-limits/). Start here: `prove`.
import { type Client, isPublicClient, OAuthError } from '@grantd/domain'
import { networkOf, type Params, presentedClient } from '@grantd/oauth'
import type { RateLimits, RateVerdict } from './context.ts'
import type { Exchange } from './exchange.ts'
import { tooManyRequests } from './too-many.ts'

type Proving = Client | undefined | Promise<Client | undefined>

/** One request that wants to be a client, with what proves it. */
interface Attempt {
  readonly exchange: Exchange
  readonly params: Params
  readonly authenticate: () => Proving
}

/** Proofs of one client from one network that are being looked at, and requests that wait for the outcome. */
interface Judging {
  count: number
  readonly waiting: (() => void)[]
}

/**
 * Counts failures for the client that was named *and* the network that named it: when they are used up,
 * this network is refused without its credentials being looked at, so that a guess is not judged. Other
 * networks of the same client notice nothing. A network in which this client has lately proved itself is
 * judged all the same, so that nobody behind the same address locks it out; its failures only turn from
 * 401 into 429.
 *
 * Of attempts at once no more are looked at than there may be failures; the others wait for them. A client
 * that is right waits for the first of its own only.
 */
export class ClientLimits {
  readonly #limits: RateLimits
  readonly #judging = new Map<string, Judging>()

  constructor(limits: RateLimits) {
    this.#limits = limits
  }

  /** Authenticates, and counts. Throws or rejects like `authenticate`, and with `too_many_requests`. */
  prove(exchange: Exchange, params: Params, authenticate: () => Proving): Proving {
    const attempt = { exchange, params, authenticate }
    // Almost always: nobody fails, and clients lately seen are proven at once.
    if (this.#judging.size === 0 && this.#limits.hasNoFailures()) return this.#judge(attempt)
    const presented = presentedBy(attempt)
    // Whoever offers no proof guesses nothing: a public client has no secret that a stranger could try.
    return presented?.hasProof === true
      ? this.#admit(attempt, presented.clientId)
      : this.#judge(attempt)
  }

  #admit(attempt: Attempt, id: string): Proving {
    const { ip } = attempt.exchange
    const left = this.#limits.guessing(id, ip)
    if (left === undefined) return this.#judge(attempt)
    if (!left.isAllowed) return this.#refuse(attempt.exchange, left)
    const judging = this.#judging.get(pairOf(id, ip))
    if (judging === undefined || judging.count < left.remaining) return this.#judge(attempt)
    return new Promise<void>((resolve) => judging.waiting.push(resolve)).then(() =>
      this.#admit(attempt, id),
    )
  }

  #judge(attempt: Attempt): Proving {
    let proving: Proving
    try {
      proving = attempt.authenticate()
    } catch (refusal) {
      return this.#countFailure(attempt, refusal)
    }
    if (!(proving instanceof Promise)) return this.#countClient(attempt, proving)
    const leave = this.#enter(attempt)
    return proving
      .then(
        (client) => this.#countClient(attempt, client),
        (refusal: unknown) => this.#countFailure(attempt, refusal),
      )
      .finally(leave)
  }

  /** Notes that an attempt is being looked at; the function that is returned ends that. */
  #enter(attempt: Attempt): () => void {
    const key = pairOf(presentedBy(attempt)?.clientId ?? '', attempt.exchange.ip)
    const judging = this.#judging.get(key) ?? { count: 0, waiting: [] }
    this.#judging.set(key, judging)
    judging.count++
    return () => {
      judging.count--
      if (judging.count === 0) this.#judging.delete(key)
      for (const goOn of judging.waiting.splice(0)) goOn()
    }
  }

  #countFailure(attempt: Attempt, refusal: unknown): never | Promise<never> {
    if (!(refusal instanceof OAuthError) || refusal.code !== 'invalid_client') throw refusal
    const id = presentedBy(attempt)?.clientId ?? ''
    const verdict = this.#limits.failure(id, attempt.exchange.ip)
    const answer = (judged: RateVerdict): never => {
      if (!judged.isAllowed) this.#refuse(attempt.exchange, judged)
      throw refusal
    }
    return verdict instanceof Promise ? verdict.then(answer) : answer(verdict)
  }

  /** Public clients are counted by network only: anybody may name one, and use up what it has. */
  #countClient({ exchange }: Attempt, client: Client | undefined): Proving {
    if (client === undefined || isPublicClient(client)) return client
    const verdict = this.#limits.client(client.id, exchange.ip)
    const answer = (judged: RateVerdict): Client => {
      if (!judged.isAllowed) this.#refuse(exchange, judged)
      if (judged.remaining < (exchange.rate?.remaining ?? Number.POSITIVE_INFINITY)) {
        exchange.rate = judged
      }
      return client
    }
    return verdict instanceof Promise ? verdict.then(answer) : answer(verdict)
  }

  #refuse(exchange: Exchange, verdict: RateVerdict): never {
    exchange.rate = verdict
    this.#limits.refused(verdict, exchange.ip, exchange.request)
    throw tooManyRequests(verdict)
  }
}

function presentedBy({ exchange, params }: Attempt): ReturnType<typeof presentedClient> {
  return presentedClient({ params, authorization: exchange.request.headers.authorization })
}

/** No network has a line break. */
function pairOf(id: string, ip: string): string {
  return `${networkOf(ip)}\n${id}`
}
