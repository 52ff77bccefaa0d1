// Owns: the mixed load: what is asked, how often, and what each answer proves.
// Does not own: the requests (caller.ts), what must be true after a restart (verify.ts).
import { type Caller, codeOf } from './caller.ts'
import type { Cast } from './cast.ts'
import type { AccessToken, Code, Entry, Family, Journal, State } from './journal.ts'
import { type Answer, NoAnswer } from './wire.ts'

export interface Stage {
  readonly caller: Caller
  readonly journal: Journal
  readonly cast: Cast
}

type Act = (stage: Stage) => Promise<void>

/** Asks at random until the server is gone or `signal` says stop. */
export async function runLane(stage: Stage, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) await drawAct()(stage)
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    stage.journal.unanswered++
  }
}

/** What happens in a hundred draws. */
const ACTS: readonly (readonly [share: number, act: Act])[] = [
  [22, issueToken],
  [14, introspect],
  [8, revokeToken],
  [10, consent],
  [12, redeem],
  [4, raceForCode],
  [14, refresh],
  [4, revokeFamily],
  [6, register],
  [3, signIn],
  [3, signOut],
]
const SHARES = ACTS.reduce((sum, [share]) => sum + share, 0)

function drawAct(): Act {
  let left = Math.random() * SHARES
  for (const [share, act] of ACTS) {
    left -= share
    if (left < 0) return act
  }
  return issueToken
}

/** Keeps others off an entry while it is asked about; what it is afterwards will be checked. */
async function withEntry(stage: Stage, entry: Entry, work: () => Promise<void>): Promise<void> {
  entry.isBusy = true
  stage.journal.touch(entry)
  try {
    await work()
  } finally {
    entry.isBusy = false
  }
}

/** Asks for the end of an entry: in doubt until it is answered, then ended. */
function end(stage: Stage, entry: Entry, ask: () => Promise<Answer>, done: number): Promise<void> {
  return withEntry(stage, entry, async () => {
    entry.state = 'in doubt'
    const { status } = await ask()
    if (status !== done)
      return stage.journal.report('unexpected', `ending ${entry.kind}: ${status}`)
    stage.journal.acknowledge()
    entry.state = 'ended'
  })
}

async function issueToken({ caller, journal, cast }: Stage): Promise<void> {
  const client = journal.pick('client')?.keys ?? cast.client
  const { status, accessToken: value } = await caller.clientCredentials(client)
  if (status !== 200) return journal.report('unexpected', `client_credentials: ${status}`)
  journal.acknowledge()
  journal.add<AccessToken>({ kind: 'access token', value, client })
}

async function introspect(stage: Stage): Promise<void> {
  const { caller, journal } = stage
  const token = journal.pick('access token', ({ state }) => state !== 'in doubt')
  if (token === undefined) return issueToken(stage)
  await withEntry(stage, token, async () => {
    const isActive = await caller.introspect(token.client, token.value)
    if (isActive === (token.state === 'live')) return
    journal.report(isActive ? 'revived' : 'lost', `an access token that is ${token.state}`)
  })
}

async function revokeToken(stage: Stage): Promise<void> {
  const { caller, journal } = stage
  const token = journal.pick('access token')
  if (token === undefined) return issueToken(stage)
  await end(stage, token, () => caller.revoke(token.client, token.value), 200)
}

async function consent({ caller, journal, cast }: Stage): Promise<void> {
  const user = cast.nextUser()
  const { client } = cast
  const page = await caller.authorize(client, user.cookie)
  if (page.status !== 200) return journal.report('unexpected', `consent page: ${page.status}`)
  const form = caller.decisionOf(page)
  const { cookie } = user
  const decision = journal.add<Extract<Entry, { kind: 'consent' }>>({
    kind: 'consent',
    cookie,
    client,
    form,
    state: 'in doubt',
  })
  decision.isBusy = true
  try {
    const answer = await caller.decide(cookie, form)
    const value = codeOf(answer)
    if (value === undefined) return journal.report('unexpected', `decision: ${answer.status}`)
    decision.state = 'live'
    journal.acknowledge()
    journal.add<Code>({ kind: 'code', value, client, redeemed: 0, family: undefined })
  } finally {
    decision.isBusy = false
  }
}

/** Exchanges a code; the family it bought, or `undefined` when it was refused. */
export async function redeemCode(
  stage: Stage,
  code: Code,
  state: State = 'live',
): Promise<Family | undefined> {
  const { caller, journal } = stage
  if (code.state === 'live') code.state = 'in doubt'
  const answer = await caller.redeem(code.client, code.value)
  if (answer.status === 400 && answer.error === 'invalid_grant') {
    code.state = 'ended'
    return undefined
  }
  if (answer.status !== 200) {
    journal.report('unexpected', `redemption: ${answer.status} ${answer.error}`)
    return undefined
  }
  journal.acknowledge()
  code.state = 'ended'
  if (++code.redeemed > 1) journal.report('twice', 'a code was redeemed twice')
  code.family ??= journal.add<Family>({
    kind: 'family',
    client: code.client,
    state,
    accessTokens: [],
    refreshToken: answer.refreshToken,
    former: undefined,
    unanswered: 0,
    unansweredSinceMs: 0,
  })
  code.family.accessTokens.push(answer.accessToken)
  return code.family
}

async function redeem(stage: Stage): Promise<void> {
  const code = stage.journal.pick('code')
  if (code === undefined) return consent(stage)
  await withEntry(stage, code, async () => {
    if ((await redeemCode(stage, code)) === undefined) {
      stage.journal.report('lost', 'a code that was never presented is refused')
    }
  })
}

/** Two at once for one code: the loser is a replay, so what the winner got is revoked. */
async function raceForCode(stage: Stage): Promise<void> {
  const code = stage.journal.pick('code')
  if (code === undefined) return consent(stage)
  await withEntry(stage, code, async () => {
    const race = () => redeemCode(stage, code, 'in doubt')
    const results = await Promise.allSettled([race(), race()])
    for (const result of results) if (result.status === 'rejected') throw result.reason
    if (code.family !== undefined) code.family.state = 'ended'
    else stage.journal.report('lost', 'a code that was never presented has no winner')
  })
}

/** Rotates; false when the token was refused. */
export async function rotate(stage: Stage, family: Family, token: string): Promise<boolean> {
  const { caller, journal } = stage
  if (family.unanswered++ === 0) family.unansweredSinceMs = performance.now()
  const answer = await caller.refresh(family.client, token)
  family.unanswered = 0
  if (answer.status === 400 && answer.error === 'invalid_grant') return false
  if (answer.status !== 200) {
    journal.report('unexpected', `rotation: ${answer.status} ${answer.error}`)
    return false
  }
  journal.acknowledge()
  journal.noteSuccessor(token, answer.refreshToken)
  family.former = token
  family.refreshToken = answer.refreshToken
  family.accessTokens.push(answer.accessToken)
  return true
}

async function refresh(stage: Stage): Promise<void> {
  const { journal } = stage
  const family = journal.pick('family', (entry) => entry.state === 'live' && entry.unanswered === 0)
  if (family === undefined) return redeem(stage)
  await withEntry(stage, family, async () => {
    if (await rotate(stage, family, family.refreshToken)) return
    journal.report('lost', 'a refresh token that was acknowledged is refused')
    family.state = 'ended'
  })
}

async function revokeFamily(stage: Stage): Promise<void> {
  const { caller, journal } = stage
  const family = journal.pick('family', (entry) => entry.state === 'live' && entry.unanswered === 0)
  if (family === undefined) return redeem(stage)
  await end(stage, family, () => caller.revoke(family.client, family.refreshToken), 200)
}

async function register({ caller, journal, cast }: Stage): Promise<void> {
  const keys = await caller.register(cast.initialAccessToken, 'A client of the load')
  if ('status' in keys) return journal.report('unexpected', `registration: ${keys.status}`)
  journal.acknowledge()
  journal.add<Extract<Entry, { kind: 'client' }>>({ kind: 'client', keys })
}

async function signIn({ caller, journal, cast }: Stage): Promise<void> {
  const cookie = await caller.signIn(cast.username)
  if (typeof cookie !== 'string') return journal.report('unexpected', `sign-in: ${cookie.status}`)
  journal.acknowledge()
  journal.add<Extract<Entry, { kind: 'session' }>>({ kind: 'session', cookie })
}

async function signOut(stage: Stage): Promise<void> {
  const { caller, journal } = stage
  const session = journal.pick('session')
  if (session === undefined) return issueToken(stage)
  // Kept from others from the first look on: one of them may be signing out this very session.
  await withEntry(stage, session, async () => {
    const page = await caller.profile(session.cookie)
    if (page.status !== 200) return journal.report('lost', `a session: profile says ${page.status}`)
    await end(stage, session, () => caller.signOut(session.cookie, page), 303)
  })
}
