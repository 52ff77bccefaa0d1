import type {
  AccessToken,
  AuditMark,
  AuditRecord,
  AuthorizationCode,
  Client,
  Consent,
  Denial,
  EpochSeconds,
  InitialAccessToken,
  LogoutDelivery,
  OutboxSink,
  OutgoingMail,
  ParkedEvent,
  Passkey,
  RecoveryCode,
  RefreshToken,
  Session,
  SetupLink,
  SigningKey,
  Throttle,
  Ticket,
  TokenFamily,
  TotpSeed,
  UpstreamIdentity,
  User,
  Versions,
} from '@grantd/domain'
import { OutboxLog } from './outbox-log.ts'
import { Journal, Table } from './table.ts'

export interface UsedOnce {
  readonly expiresAt: EpochSeconds
}

/** The place of a record in the chain. */
export interface AuditLink {
  readonly seq: number
  readonly hash: string
}

/** The key of `identities`. */
export const identityKey = (provider: string, subject: string): string =>
  JSON.stringify([provider, subject])

/** Everything the memory backend holds; keys are ids, clients are keyed by their public id. */
export class MemoryState {
  readonly journal = new Journal()
  readonly clients = new Table<Client>(this.journal)
  readonly users = new Table<User>(this.journal)
  readonly sessions = new Table<Session>(this.journal)
  readonly consents = new Table<Consent>(this.journal)
  readonly codes = new Table<AuthorizationCode>(this.journal)
  readonly families = new Table<TokenFamily>(this.journal)
  readonly tokens = new Table<AccessToken>(this.journal)
  readonly refreshTokens = new Table<RefreshToken>(this.journal)
  readonly keys = new Table<SigningKey>(this.journal)
  readonly usedOnce = new Table<UsedOnce>(this.journal)
  readonly initialAccessTokens = new Table<InitialAccessToken>(this.journal)
  readonly setupLinks = new Table<SetupLink>(this.journal)
  readonly throttles = new Table<Throttle>(this.journal)
  readonly logoutDeliveries = new Table<LogoutDelivery>(this.journal)
  /** By the authenticator's name for it. */
  readonly passkeys = new Table<Passkey>(this.journal)
  readonly totp = new Table<TotpSeed>(this.journal)
  readonly recoveryCodes = new Table<RecoveryCode>(this.journal)
  /** By provider and subject. */
  readonly identities = new Table<UpstreamIdentity>(this.journal)
  readonly tickets = new Table<Ticket>(this.journal)
  readonly mails = new Table<OutgoingMail>(this.journal)
  readonly audit = new Table<AuditRecord>(this.journal)
  readonly denylist = new Table<Denial>(this.journal)
  readonly notes = new Table<{ readonly text: string }>(this.journal)
  /** By the record's id. */
  readonly auditLinks = new Table<AuditLink>(this.journal)
  readonly auditMarks = new Table<AuditMark>(this.journal)
  readonly outbox = new OutboxLog(this.journal)
  readonly outboxSinks = new Table<OutboxSink>(this.journal)
  readonly parked = new Table<ParkedEvent>(this.journal)
  readonly #versions = { clients: 0, keys: 0, denylist: 0 }

  get versions(): Versions {
    return Object.freeze({ ...this.#versions })
  }

  /** All rows; the notes stay, and the counts of changes go on. */
  erase(): void {
    for (const table of Object.values(this)) {
      if (table instanceof Table && table !== this.notes) table.deleteAll(() => true)
    }
    this.outbox.clear()
    this.bump('clients')
    this.bump('keys')
    this.bump('denylist')
  }

  bump(name: keyof Versions): void {
    this.#versions[name]++
    this.journal.record(() => {
      this.#versions[name]--
    })
  }
}
