// Owns: what must be proven before an account changes, as values that only a check can make.
// Does not own: what the changes are (account/, recovery/, factors/). Start here: the three classes.
//
// A proof carries the guards that must hold when the change is written. Whoever writes the change
// puts `changes` into the same unit of work, so a proof cannot be spent twice, outlive the session it
// came from, or be looked at now and used later.
import { type Change, nowSeconds, type Session, type Ticket, type User } from '@grantd/domain'
import type { SignedIn } from '../endpoint.ts'
import type { Services } from '../services.ts'
import { findTicket } from '../tickets/tickets.ts'

/** How long after signing in sensitive things go without asking again. */
export const RECENT_SECONDS = 5 * 60

abstract class Proof {
  // A member that nobody else can have: what merely looks like a proof is none to the type check.
  declare protected readonly isProof: true
  /** Guards for the unit of work that the proof is used in. */
  readonly changes: readonly Change[]

  protected constructor(changes: readonly Change[]) {
    this.changes = changes
  }
}

/** The person signed in within the last minutes, with every factor that the account has. */
export class RecentAuthentication extends Proof {
  readonly user: User
  readonly session: Session

  private constructor(signedIn: SignedIn) {
    super([{ kind: 'session.requireLive', id: signedIn.session.id }])
    this.user = signedIn.user
    this.session = signedIn.session
  }

  static async check(
    signedIn: SignedIn,
    services: Pick<Services, 'clock' | 'storage'>,
  ): Promise<RecentAuthentication | undefined> {
    const { session, user } = signedIn
    if (nowSeconds(services.clock) - session.authTime > RECENT_SECONDS) return undefined
    if (session.amr.includes('mfa')) return new RecentAuthentication(signedIn)
    // A session of one factor is no proof once the account asks for two.
    const factors = await factorsOf(user, services)
    return factors.isProtected ? undefined : new RecentAuthentication(signedIn)
  }
}

export type MailPurpose = 'sign_up' | 'verify_email' | 'change_email' | 'reset_password'

/** Whoever asks can read the mail of `email`. */
export class MailProof<Purpose extends MailPurpose> extends Proof {
  readonly purpose: Purpose
  readonly ticket: Ticket
  readonly email: string

  private constructor(purpose: Purpose, ticket: Ticket, email: string, at: Ticket['createdAt']) {
    super([{ kind: 'ticket.use', id: ticket.id, purpose, at }])
    this.purpose = purpose
    this.ticket = ticket
    this.email = email
  }

  static async check<Purpose extends MailPurpose>(
    purpose: Purpose,
    text: string | undefined,
    services: Pick<Services, 'clock' | 'storage'>,
  ): Promise<MailProof<Purpose> | undefined> {
    const ticket = await findTicket(purpose, text, services)
    if (ticket?.email === undefined) return undefined
    return new MailProof(purpose, ticket, ticket.email, nowSeconds(services.clock))
  }
}

/** A second factor of `user` was used just now; `methods` are RFC 8176 values. */
export class SecondFactorProof extends Proof {
  readonly user: User
  readonly methods: readonly string[]

  private constructor(user: User, methods: readonly string[], changes: readonly Change[]) {
    super(changes)
    this.user = user
    this.methods = methods
  }

  /** For the checks in factors/; `guards` spend the code or the signature. */
  static of(user: User, methods: readonly string[], guards: readonly [Change, ...Change[]]) {
    return new SecondFactorProof(user, methods, guards)
  }
}

/** What the account can be asked for besides its password. */
export async function factorsOf(
  user: Pick<User, 'id'>,
  { storage }: Pick<Services, 'storage'>,
): Promise<{
  readonly hasTotp: boolean
  readonly hasPasskey: boolean
  readonly isProtected: boolean
}> {
  const [totp, passkeys] = await Promise.all([
    storage.totp.find(user.id),
    storage.passkeys.listByUser(user.id),
  ])
  const hasTotp = totp !== undefined
  const hasPasskey = passkeys.length > 0
  return { hasTotp, hasPasskey, isProtected: hasTotp || hasPasskey }
}
