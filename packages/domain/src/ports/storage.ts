import type { Client } from '../client.ts'
import type { EpochSeconds } from '../clock.ts'
import type { Denial, DenialKind } from '../denial.ts'
import type { Passkey, RecoveryCode, TotpSeed } from '../factors.ts'
import type {
  ClientId,
  CodeId,
  FamilyId,
  InitialAccessTokenId,
  RefreshTokenId,
  SessionId,
  SetupLinkId,
  TicketId,
  TokenId,
  UserId,
} from '../ids.ts'
import type { LogoutDelivery } from '../logout.ts'
import type { OutgoingMail } from '../mail.ts'
import type { SigningKey } from '../signing-key.ts'
import type { RowKind, StoredRows } from '../stored-row.ts'
import type { Ticket } from '../ticket.ts'
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
import type { AuditStore } from './audit-trail.ts'
import type { OutboxStore } from './outbox.ts'
import type { Throttle, UnitOfWork } from './unit-of-work.ts'

/** `after` is the last id of the former page; newest rows come first. */
export interface Page {
  readonly limit: number
  readonly after?: string
}

export interface ClientStore {
  find(id: ClientId): Promise<Client | undefined>
  list(page: Page): Promise<readonly Client[]>
}

export interface UserStore {
  find(id: UserId): Promise<User | undefined>
  /** By folded username or folded e-mail address (`foldName`). */
  findByLogin(key: string): Promise<User | undefined>
  list(page: Page): Promise<readonly User[]>
  /** Administrators who may sign in: a locked one helps nobody. */
  countAdmins(): Promise<number>
}

export interface SessionStore {
  find(id: SessionId): Promise<Session | undefined>
  listByUser(userId: UserId): Promise<readonly Session[]>
}

export interface ConsentStore {
  find(userId: UserId, clientId: ClientId): Promise<Consent | undefined>
  listByUser(userId: UserId): Promise<readonly Consent[]>
}

export interface CodeStore {
  find(id: CodeId): Promise<AuthorizationCode | undefined>
}

/** An access token together with all that can end it early, read in one trip. */
export interface TokenStatus {
  readonly token: AccessToken
  readonly isFamilyRevoked: boolean
  /** False when the token's user is disabled or gone; true for tokens without a user. */
  readonly isUserActive: boolean
  /** What people call the token's user; `undefined` when there is no such user. */
  readonly username: string | undefined
}

export interface TokenStore {
  find(id: TokenId): Promise<TokenStatus | undefined>
}

/** A refresh token with the family that decides whether it lives. */
export interface FoundRefreshToken {
  readonly refreshToken: RefreshToken
  readonly family: TokenFamily
}

export interface RefreshTokenStore {
  find(id: RefreshTokenId): Promise<FoundRefreshToken | undefined>
}

export interface FamilyStore {
  find(id: FamilyId): Promise<TokenFamily | undefined>
  /** Live families of a user, newest first. */
  listByUser(userId: UserId): Promise<readonly TokenFamily[]>
  /** Families that a session granted, live, revoked and offline ones: who has to hear of its end. */
  listBySession(sessionId: SessionId): Promise<readonly TokenFamily[]>
}

export interface KeyStore {
  list(): Promise<readonly SigningKey[]>
}

export interface ThrottleStore {
  find(key: string): Promise<Throttle | undefined>
}

export interface InitialAccessTokenStore {
  find(id: InitialAccessTokenId): Promise<InitialAccessToken | undefined>
}

export interface SetupLinkStore {
  find(id: SetupLinkId): Promise<SetupLink | undefined>
}

export interface LogoutDeliveryStore {
  /** Deliveries whose next attempt is due, the longest waiting first. */
  listDue(at: EpochSeconds, limit: number): Promise<readonly LogoutDelivery[]>
}

export interface PasskeyStore {
  /** By the authenticator's own name for it. */
  find(credentialId: string): Promise<Passkey | undefined>
  listByUser(userId: UserId): Promise<readonly Passkey[]>
}

export interface TotpStore {
  find(userId: UserId): Promise<TotpSeed | undefined>
}

export interface RecoveryCodeStore {
  /** Used ones too, until they are replaced. */
  listByUser(userId: UserId): Promise<readonly RecoveryCode[]>
}

export interface IdentityStore {
  /** By the provider's name in the configuration and the provider's id of the person. */
  find(provider: string, subject: string): Promise<UpstreamIdentity | undefined>
  listByUser(userId: UserId): Promise<readonly UpstreamIdentity[]>
}

export interface TicketStore {
  find(id: TicketId): Promise<Ticket | undefined>
}

export interface MailStore {
  /** Messages whose next attempt is due, the longest waiting first. */
  listDue(at: EpochSeconds, limit: number): Promise<readonly OutgoingMail[]>
}

export interface NoteStore {
  /** What is on record under this name about the database as a whole. */
  find(name: string): Promise<string | undefined>
}

export interface DenylistStore {
  /** By kind and value; also an entry that has expired and was not removed yet. */
  find(kind: DenialKind, value: string): Promise<Denial | undefined>
  list(page: Page): Promise<readonly Denial[]>
}

/** `after` is the key of the last row of the former slice (`rowKey`). */
export interface RowSlice {
  readonly limit: number
  readonly after?: string
}

/** All rows as they were at one moment, whatever is written meanwhile; for whole copies. */
export interface Snapshot {
  /**
   * Rows of one kind in an order that stays the same in this backend; fewer than `limit` at the end.
   * Left out is what nobody can find any more: codes and tokens of a client that was deleted.
   */
  rows<Kind extends RowKind>(kind: Kind, slice: RowSlice): Promise<readonly StoredRows[Kind][]>
  close(): Promise<void>
}

/** Counts that grow with every change of their kind; how another process's caches learn of it. */
export interface Versions {
  readonly clients: number
  readonly keys: number
  readonly denylist: number
}

/** What operators want to know the number of. `tokens`: access tokens that are good now. */
export type CountedKind = 'clients' | 'tokens' | 'mails'

/** A few rows at a time, in the order of their ids: no count of a large table may hold up a request. */
export interface CountSlice {
  /** Rows to look at. */
  readonly limit: number
  /** `next` of the slice before. */
  readonly after?: string
  readonly at: EpochSeconds
}

export interface CountedSlice {
  readonly count: number
  /** Where the next slice begins; absent after the last. */
  readonly next: string | undefined
}

/** Rows that end by themselves, by the names of their stores; `usedOnce` has none. */
export type ExpiringKind =
  | 'tokens'
  | 'refreshTokens'
  | 'codes'
  | 'families'
  | 'sessions'
  | 'initialAccessTokens'
  | 'setupLinks'
  | 'logoutDeliveries'
  | 'tickets'
  | 'mails'
  | 'denylist'
  | 'throttles'
  | 'usedOnce'

/** Everything the features ask of a database. Reads give frozen values; writes go through `commit`. */
export interface Storage extends UnitOfWork {
  readonly clients: ClientStore
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly consents: ConsentStore
  readonly codes: CodeStore
  readonly families: FamilyStore
  readonly tokens: TokenStore
  readonly refreshTokens: RefreshTokenStore
  readonly keys: KeyStore
  readonly throttles: ThrottleStore
  readonly initialAccessTokens: InitialAccessTokenStore
  readonly setupLinks: SetupLinkStore
  readonly logoutDeliveries: LogoutDeliveryStore
  readonly passkeys: PasskeyStore
  readonly totp: TotpStore
  readonly recoveryCodes: RecoveryCodeStore
  readonly identities: IdentityStore
  readonly tickets: TicketStore
  readonly mails: MailStore
  readonly audit: AuditStore
  readonly notes: NoteStore
  readonly denylist: DenylistStore
  readonly outbox: OutboxStore
  versions(): Promise<Versions>
  /** A token of a deleted client or a disabled person is counted until it expires. */
  count(kind: CountedKind, slice: CountSlice): Promise<CountedSlice>
  /** Has to be closed: an open one keeps the database from tidying up. */
  snapshot(): Promise<Snapshot>
  /** Deletes all rows; the schema and the notes stay. Nothing else may use the database meanwhile. */
  erase(): Promise<void>
  /** Deletes at most `limit` rows that ended before `at`; resolves to how many went. */
  purgeExpired(at: EpochSeconds, limit: number): Promise<number>
  /** What `purgeExpired` would delete if it had no limit. Reads whole tables: not for a request. */
  countExpired(at: EpochSeconds): Promise<Readonly<Record<ExpiringKind, number>>>
  /** Rejects with `StorageError` `unavailable` when the database cannot be read. */
  ping(): Promise<void>
  close(): Promise<void>
}
