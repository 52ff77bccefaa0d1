// Owns: what follows a first factor that is proven, whichever it was: a session, or the wait for a second.
import type { Change, EpochSeconds, Session, TicketPurpose, User } from '@grantd/domain'
import { factorsOf } from '../evidence/evidence.ts'
import type { Services } from '../services.ts'
import { startSession } from '../sessions/session-life.ts'
import { supersedeSession } from '../sessions/supersede-session.ts'
import { issueTicket } from '../tickets/tickets.ts'

/** `pwd`: the password (RFC 8176). `fed`: another provider. */
export type FirstFactor = 'pwd' | 'fed'

/** The first factor is part of what the ticket of a waiting sign-in is for: nobody can swap it. */
export const WAITING: Readonly<Record<FirstFactor, TicketPurpose>> = {
  pwd: 'second_factor',
  fed: 'upstream_second_factor',
}

export type FirstFactorResult =
  | { readonly outcome: 'signed_in'; readonly cookie: string; readonly session: Session }
  /** What was proven is not enough: `pending` names the sign-in that waits. */
  | { readonly outcome: 'second_factor'; readonly pending: string }
  /** One of `changes` was a guard and lost; nothing was written. */
  | { readonly outcome: 'refused' }

/** A session when nothing more is asked for, else a ticket for the second factor; `changes` are of its unit. */
export async function afterFirstFactor(
  proven: {
    readonly user: User
    readonly method: FirstFactor
    /** Of `fed`: who said so. */
    readonly provider?: string
    /** Of `fed`: when, if that was before now. */
    readonly authTime?: EpochSeconds | undefined
    readonly changes: readonly Change[]
    readonly ip: string
    readonly userAgent: string | undefined
    readonly former: Session | undefined
  },
  services: Pick<Services, 'storage' | 'clock' | 'random' | 'ids' | 'settings'>,
): Promise<FirstFactorResult> {
  const { user, method, changes, former, ip } = proven
  const { storage, settings } = services
  const { isProtected } = await factorsOf(user, services)
  if (isProtected || (user.role === 'admin' && settings.adminsNeedSecondFactor)) {
    const ticket = issueTicket(WAITING[method], { user, email: undefined }, services)
    const result = await storage.commit([...changes, ticket.change])
    if (result.outcome === 'refused') return { outcome: 'refused' }
    return { outcome: 'second_factor', pending: ticket.value }
  }
  const start = startSession({ ...proven, amr: [method] }, services)
  const result = await storage.commit([...changes, ...start.changes])
  if (result.outcome === 'refused') return { outcome: 'refused' }
  await supersedeSession(former, start.session, ip, services)
  return { outcome: 'signed_in', cookie: start.cookie, session: start.session }
}
