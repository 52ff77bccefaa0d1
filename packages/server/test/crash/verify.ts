// Owns: what must be true after a restart of all that was acknowledged before it.
// Does not own: writing it down (journal.ts). Start here: `verifyEntry`.
import { DatabaseSync } from 'node:sqlite'
import { unreachable } from '@grantd/domain'
import { codeOf } from './caller.ts'
import type {
  AccessToken,
  Code,
  Consent,
  Entry,
  Family,
  Journal,
  Session,
  State,
} from './journal.ts'
import { redeemCode, rotate, type Stage } from './workload.ts'

/** How much of the grace time may be gone when a repeated rotation must still succeed. */
const GRACE_MARGIN_MS = 2_000
/** How often a spent token may be presented again in that time. */
const GRACE_USES = 2

/** Looks at one entry and settles its doubt. Throws `NoAnswer` when the server is gone again. */
export async function verifyEntry(stage: Stage, entry: Entry): Promise<void> {
  const { caller, journal } = stage
  switch (entry.kind) {
    case 'client': {
      const { status } = await caller.clientCredentials(entry.keys)
      if (status !== 200) journal.report('lost', `a registered client is answered ${status}`)
      return
    }
    case 'access token':
      return settle(stage, entry, await isActive(stage, entry, entry.value))
    case 'session':
      return settle(stage, entry, await isSignedIn(stage, entry))
    case 'consent':
      return verifyConsent(stage, entry)
    case 'code':
      return verifyCode(stage, entry)
    case 'family':
      return verifyFamily(stage, entry)
    default:
      unreachable(entry)
  }
}

/** Looks at all that was noted, by `lanes` callers at once. Codes come last: looking at a spent one ends its family. */
export async function verifyAll(stage: Stage, lanes: number): Promise<void> {
  const isCode = ({ kind }: Entry) => kind === 'code'
  const { entries } = stage.journal
  for (const part of [entries.filter((entry) => !isCode(entry)), entries.filter(isCode)]) {
    const left = part.values()
    const lane = async () => {
      for (const entry of left) await verifyEntry(stage, entry)
    }
    await Promise.all(Array.from({ length: lanes }, lane))
  }
}

/** Compares what was seen with what was acknowledged; where nothing was, what was seen counts from now on. */
function settle({ journal }: Stage, entry: Entry, isLive: boolean): void {
  const seen: State = isLive ? 'live' : 'ended'
  if (entry.state === 'live' && !isLive) journal.report('lost', `a live ${entry.kind}`)
  if (entry.state === 'ended' && isLive) journal.report('revived', `an ended ${entry.kind}`)
  entry.state = seen
}

async function isActive(stage: Stage, of: AccessToken | Family, token: string): Promise<boolean> {
  const active = await stage.caller.introspect(of.client, token)
  if (active === undefined) stage.journal.report('unexpected', 'introspection gave no answer')
  return active === true
}

async function isSignedIn({ caller }: Stage, session: Session): Promise<boolean> {
  return (await caller.profile(session.cookie)).status === 200
}

/** One decision is one code, also when it is sent again; the app is let in without a question. */
async function verifyConsent(stage: Stage, consent: Consent): Promise<void> {
  const { caller, journal } = stage
  const again = await caller.decide(consent.cookie, consent.form)
  noteCode(stage, consent, codeOf(again))
  if (consent.state === 'live' && again.status !== 403) {
    journal.report('twice', `a decision was taken again: ${again.status}`)
  }
  consent.state = 'live'
  const code = codeOf(await caller.authorize(consent.client, consent.cookie, 'none'))
  if (code === undefined) journal.report('lost', 'a remembered consent')
  noteCode(stage, consent, code)
}

function noteCode({ journal }: Stage, { client }: Consent, value: string | undefined): void {
  if (value === undefined) return
  journal.acknowledge()
  journal.add<Code>({ kind: 'code', value, client, redeemed: 0, family: undefined })
}

/** `redeemCode` counts the successes; a refused replay has revoked what the code bought. */
async function verifyCode(stage: Stage, code: Code): Promise<void> {
  const { state: before, redeemed, family } = code
  if (family?.state === 'live') family.state = 'in doubt' // the replay revokes it, answered or not
  await redeemCode(stage, code)
  if (before === 'ended' && code.redeemed > redeemed) {
    stage.journal.report('twice', 'a code that was spent is redeemed again')
  }
  if (before === 'live' && code.redeemed === 0) {
    stage.journal.report('lost', 'a code that was never presented is refused')
  }
  if (before !== 'ended' || family === undefined) return
  family.state = 'ended'
  await verifyFamily(stage, family)
}

async function verifyFamily(stage: Stage, family: Family): Promise<void> {
  if (family.unanswered > 0 && family.state === 'live') return retryRotation(stage, family)
  for (const token of family.accessTokens.slice(-2)) {
    settle(stage, family, await isActive(stage, family, token))
  }
  if (family.unanswered > 0 && family.state === 'live') return retryRotation(stage, family)
  const isRotated = await rotate(stage, family, family.refreshToken)
  settle(stage, family, isRotated)
}

/**
 * The rotation before the kill got no answer. Asked again it either happens now or, within the grace
 * time, is answered with the successor that it had; after that it is a replay and ends the family.
 */
async function retryRotation(stage: Stage, family: Family): Promise<void> {
  const { unanswered, unansweredSinceMs } = family
  const isRotated = await rotate(stage, family, family.refreshToken)
  if (isRotated) return
  const ageMs = performance.now() - unansweredSinceMs
  const isInGrace = ageMs < stage.cast.graceMs - GRACE_MARGIN_MS && unanswered <= GRACE_USES
  if (isInGrace) {
    stage.journal.report(
      'lost',
      `a rotation without an answer cannot be repeated in the grace time (${Math.round(ageMs)} ms)`,
    )
  }
  family.state = 'ended'
}

/** What the file itself says, by another program than the server's. */
export function verifyFile(journal: Journal, path: string): void {
  using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  const check = database.prepare('PRAGMA integrity_check').all()
  const isSound = check.length === 1 && check[0]?.integrity_check === 'ok'
  if (!isSound) journal.report('broken', JSON.stringify(check))
  const forks = database
    .prepare(
      `SELECT count(*) AS n FROM (SELECT family_id FROM refresh_tokens WHERE used_at IS NULL
       GROUP BY family_id HAVING count(*) > 1)`,
    )
    .get()
  if (forks?.n !== 0) journal.report('twice', `${forks?.n} families with two live refresh tokens`)
}
