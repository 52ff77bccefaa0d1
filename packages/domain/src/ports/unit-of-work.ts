import type { Client } from '../client.ts'
import type { EpochSeconds } from '../clock.ts'
import type { Denial } from '../denial.ts'
import type { Passkey, RecoveryCode, TotpSeed } from '../factors.ts'
import type {
  ClientId,
  CodeId,
  ConsentId,
  DenialId,
  FamilyId,
  InitialAccessTokenId,
  KeyId,
  LogoutDeliveryId,
  MailId,
  PasskeyId,
  RecoveryCodeId,
  RefreshTokenId,
  SessionId,
  SetupLinkId,
  TicketId,
  TokenId,
  UpstreamIdentityId,
  UserId,
} from '../ids.ts'
import type { LogoutDelivery } from '../logout.ts'
import type { OutgoingMail } from '../mail.ts'
import type { KeyState, SigningKey } from '../signing-key.ts'
import type { Ticket, TicketPurpose } from '../ticket.ts'
import type {
  AccessToken,
  AuthorizationCode,
  Consent,
  InitialAccessToken,
  RefreshToken,
  SetupLink,
  TokenFamily,
} from '../token.ts'
import type { UpstreamIdentity } from '../upstream-identity.ts'
import type { Session, User } from '../user.ts'
import type { AuditChange } from './audit-trail.ts'
import type { OutboxChange } from './outbox.ts'

/**
 * One change. Those marked *guard* apply to exactly one caller ever: when their condition no longer
 * holds, nothing of the whole unit is written and the result says which guard lost.
 */
export type Change =
  | AuditChange
  | OutboxChange
  | { readonly kind: 'client.insert'; readonly client: Client }
  /** Guard: the stored version is `client.version - 1`. */
  | { readonly kind: 'client.update'; readonly client: Client }
  /** Guard: it exists. Deletes its codes, families, refresh tokens, access tokens and consents too. */
  | { readonly kind: 'client.delete'; readonly clientId: ClientId }
  /** Guard: it exists and is enabled. For writes that must not outlive their client. */
  | { readonly kind: 'client.requireEnabled'; readonly id: ClientId }
  | { readonly kind: 'user.insert'; readonly user: User }
  /** Guard: the stored version is `user.version - 1`. */
  | { readonly kind: 'user.update'; readonly user: User }
  /** Guard: exists and is enabled. For writes in the name of a person. */
  | { readonly kind: 'user.requireActive'; readonly id: UserId }
  /**
   * Guard: it exists. Deletes the factors, identities, tickets, sessions and consents too and revokes its
   * families.
   */
  | { readonly kind: 'user.delete'; readonly userId: UserId; readonly at: EpochSeconds }
  | { readonly kind: 'session.insert'; readonly session: Session }
  | {
      readonly kind: 'session.touch'
      readonly id: SessionId
      readonly at: EpochSeconds
      /** Where it was used; unchanged when absent. */
      readonly ip?: string
    }
  /** Guard: not revoked yet. */
  | { readonly kind: 'session.revoke'; readonly id: SessionId; readonly at: EpochSeconds }
  /** Guard: exists and is not revoked. For grants that must not outlive the session they came from. */
  | { readonly kind: 'session.requireLive'; readonly id: SessionId }
  | {
      readonly kind: 'session.revokeByUser'
      readonly userId: UserId
      readonly at: EpochSeconds
      /** The session that goes on, of whoever asked for it. */
      readonly except?: SessionId
    }
  /** Replaces the consent of the same user and client. */
  | { readonly kind: 'consent.put'; readonly consent: Consent }
  /** Guard: it exists. */
  | { readonly kind: 'consent.delete'; readonly id: ConsentId }
  | { readonly kind: 'code.insert'; readonly code: AuthorizationCode }
  /** Guard: unused and not expired at `at`. */
  | { readonly kind: 'code.consume'; readonly id: CodeId; readonly at: EpochSeconds }
  /** Guard: unused. Spends a code without tokens, after a wrong verifier. */
  | { readonly kind: 'code.burn'; readonly id: CodeId; readonly at: EpochSeconds }
  /** Spends the unused codes of that person and client that were made at or after `since`. */
  | {
      readonly kind: 'code.burnByUserAndClient'
      readonly userId: UserId
      readonly clientId: ClientId
      readonly since: EpochSeconds
      readonly at: EpochSeconds
    }
  | { readonly kind: 'family.insert'; readonly family: TokenFamily }
  /** Guard: exists and is not revoked. For writes that must not revive a revoked family. */
  | { readonly kind: 'family.requireLive'; readonly id: FamilyId }
  | { readonly kind: 'family.revoke'; readonly id: FamilyId; readonly at: EpochSeconds }
  | { readonly kind: 'family.revokeByUser'; readonly userId: UserId; readonly at: EpochSeconds }
  /** Families of that session that were granted without `offline_access`. */
  | {
      readonly kind: 'family.revokeBySession'
      readonly sessionId: SessionId
      readonly at: EpochSeconds
    }
  /**
   * Families follow their person to the session of a new sign-in: its end ends them, and is told to
   * their clients, also to those that gave their tokens back.
   */
  | { readonly kind: 'family.moveSession'; readonly from: SessionId; readonly to: SessionId }
  | {
      readonly kind: 'family.revokeByUserAndClient'
      readonly userId: UserId
      readonly clientId: ClientId
      readonly at: EpochSeconds
    }
  | { readonly kind: 'token.insert'; readonly token: AccessToken }
  | { readonly kind: 'token.revoke'; readonly id: TokenId; readonly at: EpochSeconds }
  | { readonly kind: 'refresh.insert'; readonly refreshToken: RefreshToken }
  /** Guard: unused. Marks it used and keeps the sealed successor for the grace time. */
  | {
      readonly kind: 'refresh.rotate'
      readonly id: RefreshTokenId
      readonly at: EpochSeconds
      readonly successorSealed: string
    }
  /** Guard: used at or after `usedSince` and fewer than `maxUses` grace uses so far. */
  | {
      readonly kind: 'refresh.useGrace'
      readonly id: RefreshTokenId
      readonly usedSince: EpochSeconds
      readonly maxUses: number
    }
  | { readonly kind: 'key.insert'; readonly key: SigningKey }
  /** Guard: the key is in state `from`. */
  | {
      readonly kind: 'key.transition'
      readonly kid: KeyId
      readonly from: KeyState
      readonly to: KeyState
      readonly at: EpochSeconds
    }
  /** Guard: nobody used `id` of this `purpose` before. The replay store. */
  | {
      readonly kind: 'once.use'
      readonly purpose: string
      readonly id: string
      readonly expiresAt: EpochSeconds
    }
  | { readonly kind: 'initialAccessToken.insert'; readonly token: InitialAccessToken }
  /** Guard: uses are left and it is not expired at `at`. */
  | {
      readonly kind: 'initialAccessToken.use'
      readonly id: InitialAccessTokenId
      readonly at: EpochSeconds
    }
  | { readonly kind: 'setupLink.insert'; readonly link: SetupLink }
  /** Guard: unused and not expired at `at`. */
  | { readonly kind: 'setupLink.use'; readonly id: SetupLinkId; readonly at: EpochSeconds }
  /** Guard: the stored count is `seen` (or no row and `seen` is 0). */
  | { readonly kind: 'throttle.put'; readonly throttle: Throttle; readonly seen: number }
  | { readonly kind: 'throttle.clear'; readonly key: string }
  | { readonly kind: 'logoutDelivery.insert'; readonly delivery: LogoutDelivery }
  /** Guard: `attempts` is what is stored. Begins an attempt: counts it and sets when the next is due. */
  | {
      readonly kind: 'logoutDelivery.claim'
      readonly id: LogoutDeliveryId
      readonly attempts: number
      readonly nextAttemptAt: EpochSeconds
    }
  | { readonly kind: 'logoutDelivery.delete'; readonly id: LogoutDeliveryId }
  | { readonly kind: 'passkey.insert'; readonly passkey: Passkey }
  /** Guard: it exists, and its stored counter is `counterSeen` (a clone of the device would differ). */
  | {
      readonly kind: 'passkey.used'
      readonly id: PasskeyId
      readonly counterSeen: number
      readonly counter: number
      readonly isBackedUp: boolean
      readonly at: EpochSeconds
    }
  /** Guard: it exists and is this user's. */
  | {
      readonly kind: 'passkey.rename'
      readonly id: PasskeyId
      readonly userId: UserId
      readonly name: string
    }
  /** Guard: it exists and is this user's. */
  | { readonly kind: 'passkey.delete'; readonly id: PasskeyId; readonly userId: UserId }
  /** Guard: the account has none yet. */
  | { readonly kind: 'totp.insert'; readonly seed: TotpSeed }
  /** Guard: no code of this or a later time step was accepted. A code is good for one sign-in. */
  | { readonly kind: 'totp.accept'; readonly userId: UserId; readonly step: number }
  /** Guard: the account has one. */
  | { readonly kind: 'totp.delete'; readonly userId: UserId }
  | { readonly kind: 'recoveryCode.insert'; readonly code: RecoveryCode }
  /** Removes all codes of the account. */
  | { readonly kind: 'recoveryCode.clear'; readonly userId: UserId }
  /** Guard: unused. */
  | { readonly kind: 'recoveryCode.use'; readonly id: RecoveryCodeId; readonly at: EpochSeconds }
  /**
   * Guard: no user has this subject of this provider. Whoever links it for a user of today puts
   * `user.requireActive` into the same unit.
   */
  | { readonly kind: 'identity.insert'; readonly identity: UpstreamIdentity }
  /** Guard: it exists and is this user's. Keeps what the provider says of the person now. */
  | {
      readonly kind: 'identity.used'
      readonly id: UpstreamIdentityId
      readonly userId: UserId
      readonly email: string | undefined
      readonly name: string | undefined
      readonly at: EpochSeconds
    }
  /** Guard: it exists and is this user's. */
  | {
      readonly kind: 'identity.delete'
      readonly id: UpstreamIdentityId
      readonly userId: UserId
    }
  | { readonly kind: 'ticket.insert'; readonly ticket: Ticket }
  /** Guard: unused, not expired at `at`, and made for this purpose. */
  | {
      readonly kind: 'ticket.use'
      readonly id: TicketId
      readonly purpose: TicketPurpose
      readonly at: EpochSeconds
    }
  | { readonly kind: 'mail.insert'; readonly mail: OutgoingMail }
  /** Guard: `attempts` is what is stored. Begins an attempt: counts it and sets when the next is due. */
  | {
      readonly kind: 'mail.claim'
      readonly id: MailId
      readonly attempts: number
      readonly nextAttemptAt: EpochSeconds
    }
  | { readonly kind: 'mail.failed'; readonly id: MailId; readonly error: string }
  | { readonly kind: 'mail.delete'; readonly id: MailId }
  /** Replaces the note of that name. */
  | { readonly kind: 'note.put'; readonly name: string; readonly text: string }
  | { readonly kind: 'note.delete'; readonly name: string }
  /** Replaces the entry of the same kind and value, whose id and moment of creation stay. */
  | { readonly kind: 'denylist.put'; readonly denial: Denial }
  /** Guard: it exists. */
  | { readonly kind: 'denylist.delete'; readonly id: DenialId }

/** Failed attempts for one key (an account or a network) within a window. */
export interface Throttle {
  readonly key: string
  readonly failures: number
  readonly windowStartedAt: EpochSeconds
  /** No attempt is evaluated before this moment. */
  readonly blockedUntil: EpochSeconds
  readonly expiresAt: EpochSeconds
}

export type CommitResult =
  | { readonly outcome: 'committed' }
  /** The guard at `index` did not hold; nothing was written. */
  | { readonly outcome: 'refused'; readonly index: number }

/**
 * Writes all changes of a unit in one transaction, or none. Resolves only when they are durable.
 * Losing a guard is an answer. Throws `StorageError`: `conflict` (a unique key exists), `unavailable`
 * (nothing was written, also when the writers' queue is full), `unknown` (it may have been).
 */
export interface UnitOfWork {
  commit(changes: readonly Change[]): Promise<CommitResult>
}
