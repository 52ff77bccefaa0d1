import {
  after,
  type Change,
  type EpochSeconds,
  epochSeconds,
  mintCredential,
  nowSeconds,
  PREFIX,
  parseCredential,
  type Session,
  type SessionId,
  sameHash,
  type User,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { isInGoodStanding } from '../denylist/standing.ts'
import type { SignedIn } from '../endpoint.ts'
import type { Services } from '../services.ts'

/** How old `lastSeenAt` may grow before it is written again: one write a minute, not one a request. */
const TOUCH_EVERY = 60

type SessionPorts = Pick<Services, 'storage' | 'clock' | 'settings' | 'log' | 'denylist'>

/** The live session behind a cookie and its active user; `undefined` for anything else. */
export async function findSession(
  cookie: string | undefined,
  services: SessionPorts,
  ip?: string,
): Promise<SignedIn | undefined> {
  const presented =
    cookie === undefined ? undefined : parseCredential<SessionId>(PREFIX.session, cookie)
  if (presented === undefined) return undefined
  const session = await services.storage.sessions.find(presented.id)
  if (session === undefined || !sameHash(session.secretHash, presented.secretHash)) return undefined
  const at = nowSeconds(services.clock)
  const idleEnd = session.lastSeenAt + services.settings.sessionIdle
  if (session.revokedAt !== undefined || at >= session.expiresAt || at >= idleEnd) return undefined
  const user = await services.storage.users.find(session.userId)
  if (!isInGoodStanding(user, services)) return undefined
  // Who became an administrator, or lives under a stricter setting now, signs in again.
  const needsTwo = user.role === 'admin' && services.settings.adminsNeedSecondFactor
  if (needsTwo && !session.amr.includes('mfa')) return undefined
  if (at - session.lastSeenAt >= TOUCH_EVERY) {
    await services.storage.commit([
      { kind: 'session.touch', id: session.id, at, ...(ip !== undefined && { ip }) },
    ])
  }
  return { session, user }
}

/** A new session for `user` and the changes that start it and end the former one (CVE-2026-7507: no fixation). */
export function startSession(
  start: {
    readonly user: User
    readonly amr: readonly string[]
    /** Who vouched for the person, when another provider did. */
    readonly provider?: string | undefined
    /** When the person proved themselves, where that was before now. */
    readonly authTime?: EpochSeconds | undefined
    readonly ip: string
    readonly userAgent: string | undefined
    readonly former?: Session | undefined
  },
  services: Pick<Services, 'ids' | 'random' | 'clock' | 'settings'>,
): { readonly cookie: string; readonly session: Session; readonly changes: readonly Change[] } {
  const at = nowSeconds(services.clock)
  const id = services.ids.next<SessionId>()
  const minted = mintCredential(PREFIX.session, id, services.random)
  const session: Session = {
    id,
    secretHash: minted.secretHash,
    userId: start.user.id,
    authTime: start.authTime ?? at,
    amr: start.amr,
    userAgent: start.userAgent?.slice(0, 256),
    ip: start.ip,
    createdAt: at,
    lastSeenAt: at,
    expiresAt: after(at, services.settings.sessionLifetime),
    revokedAt: undefined,
  }
  const changes: Change[] = [
    { kind: 'session.insert', session },
    auditChange(
      {
        action: 'session.started',
        actor: start.user.id,
        subject: start.user.id,
        targetKind: 'session',
        targetId: id,
        ip: start.ip,
        ...(start.provider !== undefined && { metadata: { provider: start.provider } }),
      },
      services,
    ),
  ]
  return { cookie: minted.value, session, changes }
}

/** How long the end of a session is worth telling. */
const LOGOUT_LIFETIME = 86_400

/** One delivery for each client that holds an ID token of the session and wants to hear of its end. */
export async function logoutDeliveries(
  session: Pick<Session, 'id' | 'userId'>,
  services: Pick<Services, 'storage' | 'clock' | 'ids'>,
): Promise<readonly Change[]> {
  const { storage, clock, ids } = services
  const at = nowSeconds(clock)
  const told = new Set<string>()
  const changes: Change[] = []
  for (const { clientId, openid } of await storage.families.listBySession(session.id)) {
    if (openid.sid === undefined || told.has(`${clientId} ${openid.sid}`)) continue
    told.add(`${clientId} ${openid.sid}`)
    const client = await storage.clients.find(clientId)
    if (client?.metadata.backchannel_logout_uri === undefined) continue
    changes.push({
      kind: 'logoutDelivery.insert',
      delivery: {
        id: ids.next(),
        clientId,
        userId: session.userId,
        sid: openid.sid,
        attempts: 0,
        nextAttemptAt: at,
        createdAt: at,
        expiresAt: after(at, LOGOUT_LIFETIME),
      },
    })
  }
  return changes
}

/**
 * Ends a session and the refresh tokens that lived with it, and queues its back-channel logouts in the
 * same transaction; true for the one caller who ended it.
 */
export async function endSession(
  session: Session,
  ip: string,
  services: Pick<Services, 'storage' | 'clock' | 'ids'>,
): Promise<boolean> {
  const at = epochSeconds(services.clock.nowMs() / 1000)
  const result = await services.storage.commit([
    { kind: 'session.revoke', id: session.id, at },
    { kind: 'family.revokeBySession', sessionId: session.id, at },
    ...(await logoutDeliveries(session, services)),
    auditChange(
      {
        action: 'session.ended',
        actor: session.userId,
        subject: session.userId,
        targetKind: 'session',
        targetId: session.id,
        ip,
      },
      services,
    ),
  ])
  return result.outcome === 'committed'
}
