// Owns: what this server must know again when the browser comes back from a provider. It travels in a
// cookie of that browser alone, sealed: nobody else has it, nobody can read or make one, and nothing is
// stored for sign-ins that strangers begin.
import {
  type Change,
  epochSeconds,
  hashSecret,
  nowSeconds,
  restoreEpoch,
  type SessionId,
  sameHash,
  type UpstreamRequest,
} from '@grantd/domain'
import type { CookieChange } from '../reply.ts'
import type { Services } from '../services.ts'

/** How long a person may stay at the provider. */
export const PENDING_SECONDS = 600
const PURPOSE = 'upstream login'
const SECRET_BYTES = 32
/** Clocks of two machines may differ by so much. */
const SKEW = 60
/** With its name and attributes a cookie may have 4096 bytes. */
const MAX_COOKIE = 3_800

export interface PendingLogin extends Omit<UpstreamRequest, 'loginHint'> {
  readonly provider: string
  readonly askedAt: number
  /** Where to go on; a local path. */
  readonly returnTo: string
  /** The session that asked for a link; absent when somebody signs in. */
  readonly linksTo: SessionId | undefined
}

/** A new one, with secrets of its own. */
export function newPendingLogin(
  wish: Pick<PendingLogin, 'provider' | 'isFresh' | 'returnTo' | 'linksTo'>,
  { random, clock }: Pick<Services, 'random' | 'clock'>,
): PendingLogin {
  return {
    ...wish,
    state: random.base64url(SECRET_BYTES),
    nonce: random.base64url(SECRET_BYTES),
    verifier: random.base64url(SECRET_BYTES),
    askedAt: nowSeconds(clock),
  }
}

/** The cookie that keeps it; `undefined` when the request that waits is too long for one. */
export function keepPending(
  pending: PendingLogin,
  { vault }: Pick<Services, 'vault'>,
): CookieChange | undefined {
  const { provider, state, nonce, verifier, isFresh, askedAt, returnTo, linksTo } = pending
  const fields = [provider, state, nonce, verifier, isFresh, askedAt, returnTo, linksTo ?? null]
  const value = vault.seal(JSON.stringify(fields), PURPOSE, '')
  return value.length > MAX_COOKIE
    ? undefined
    : { name: 'upstream', value, maxAge: PENDING_SECONDS }
}

export const FORGET_PENDING: CookieChange = { name: 'upstream', value: undefined, maxAge: 0 }

export type FoundPending =
  /** Begun in this browser, and `state` is its own. */
  | { readonly verdict: 'found'; readonly pending: PendingLogin }
  /** No sign-in waits here, or another one than `state` is of. */
  | { readonly verdict: 'foreign' }
  | { readonly verdict: 'expired'; readonly pending: PendingLogin }

export async function findPending(
  cookie: string | undefined,
  state: string | undefined,
  { vault, clock, storage }: Pick<Services, 'vault' | 'clock' | 'storage'>,
): Promise<FoundPending> {
  const pending = cookie === undefined ? undefined : readPending(vault.open(cookie, PURPOSE, ''))
  if (pending === undefined || state === undefined) return { verdict: 'foreign' }
  if (!sameHash(hashSecret(state), hashSecret(pending.state))) return { verdict: 'foreign' }
  const now = nowSeconds(clock)
  // A restore has forgotten which were spent before it; a clock that was set back revives none.
  const isLive =
    now < pending.askedAt + PENDING_SECONDS &&
    now >= pending.askedAt - SKEW &&
    pending.askedAt >= (await restoreEpoch(storage))
  return { verdict: isLive ? 'found' : 'expired', pending }
}

/** Spends it: of two callbacks with one state, also in two processes, one goes on. */
export function spendPending({ state, askedAt }: PendingLogin): Change {
  // The store of spent marks is read by operators; what stood in an address stays out of it.
  const expiresAt = epochSeconds(askedAt + PENDING_SECONDS + SKEW)
  return { kind: 'once.use', purpose: 'upstream_state', id: hashSecret(state), expiresAt }
}

/** Only our own key seals such a text, so its shape is ours. */
function readPending(text: string | undefined): PendingLogin | undefined {
  if (text === undefined) return undefined
  const [provider, state, nonce, verifier, isFresh, askedAt, returnTo, linksTo] = JSON.parse(text)
  return {
    provider,
    state,
    nonce,
    verifier,
    isFresh,
    askedAt,
    returnTo,
    linksTo: linksTo ?? undefined,
  }
}
