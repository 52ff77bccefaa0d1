import type { AuditMark, AuditRecord } from './audit.ts'
import { unreachable } from './brand.ts'
import type { Client } from './client.ts'
import type { EpochSeconds } from './clock.ts'
import type { Denial } from './denial.ts'
import type { Passkey, RecoveryCode, TotpSeed } from './factors.ts'
import type { AuditId } from './ids.ts'
import type { LogoutDelivery } from './logout.ts'
import type { OutgoingMail } from './mail.ts'
import type { OutboxEntry, OutboxSink, ParkedEvent } from './outbox.ts'
import type { Change, Throttle } from './ports/unit-of-work.ts'
import type { SigningKey } from './signing-key.ts'
import type { Ticket } from './ticket.ts'
import type {
  AccessToken,
  AuthorizationCode,
  Consent,
  InitialAccessToken,
  RefreshToken,
  SetupLink,
  TokenFamily,
} from './token.ts'
import type { UpstreamIdentity } from './upstream-identity.ts'
import type { Session, User } from './user.ts'

/** A mark that something was used: `once.use` refuses the same again. */
export interface UsedOnce {
  readonly purpose: string
  readonly id: string
  readonly expiresAt: EpochSeconds
}

/** The place of a record in the audit chain. */
export interface AuditLink {
  readonly id: AuditId
  readonly seq: number
  readonly hash: string
}

/** An end of the audit chain, once it was set. */
export interface AuditEnd extends AuditMark {
  readonly end: 'base' | 'head'
}

/** How far a backend has come; who holds its lease is nothing to copy. */
export type SinkCursor = Pick<OutboxSink, 'name' | 'cursor'>

/** Everything a database holds, by kind; what a whole copy consists of. */
export interface StoredRows {
  readonly key: SigningKey
  readonly client: Client
  readonly user: User
  readonly passkey: Passkey
  readonly totpSeed: TotpSeed
  readonly recoveryCode: RecoveryCode
  readonly identity: UpstreamIdentity
  readonly consent: Consent
  readonly session: Session
  readonly code: AuthorizationCode
  readonly family: TokenFamily
  readonly refreshToken: RefreshToken
  readonly token: AccessToken
  readonly usedOnce: UsedOnce
  readonly initialAccessToken: InitialAccessToken
  readonly setupLink: SetupLink
  readonly ticket: Ticket
  readonly throttle: Throttle
  readonly logoutDelivery: LogoutDelivery
  readonly mail: OutgoingMail
  readonly denial: Denial
  readonly audit: AuditRecord
  readonly auditLink: AuditLink
  readonly auditEnd: AuditEnd
  readonly event: OutboxEntry
  readonly sink: SinkCursor
  readonly parkedEvent: ParkedEvent
}

export type RowKind = keyof StoredRows

/** A row together with its kind. */
export type StoredRow = {
  readonly [Kind in RowKind]: { readonly kind: Kind; readonly row: StoredRows[Kind] }
}[RowKind]

// In the order in which copies are made. A kind that is missing fails the type check here.
const KINDS: { readonly [Kind in RowKind]: true } = {
  key: true,
  client: true,
  user: true,
  passkey: true,
  totpSeed: true,
  recoveryCode: true,
  identity: true,
  consent: true,
  session: true,
  code: true,
  family: true,
  refreshToken: true,
  token: true,
  usedOnce: true,
  initialAccessToken: true,
  setupLink: true,
  ticket: true,
  throttle: true,
  logoutDelivery: true,
  mail: true,
  denial: true,
  audit: true,
  auditLink: true,
  auditEnd: true,
  event: true,
  sink: true,
  parkedEvent: true,
}

/** Every kind, in the order in which copies are made. */
export const ROW_KINDS: readonly RowKind[] = Object.keys(KINDS) as RowKind[] // written out above

/** Names a row within its kind; also where a slice goes on behind it. */
export function rowKey(stored: StoredRow): string {
  switch (stored.kind) {
    case 'client':
      return stored.row.rowId
    case 'key':
      return stored.row.kid
    case 'totpSeed':
      return stored.row.userId
    case 'throttle':
      return stored.row.key
    case 'usedOnce':
      return `${stored.row.purpose} ${stored.row.id}`
    case 'auditEnd':
      return stored.row.end
    case 'event':
      return String(stored.row.seq)
    case 'sink':
      return stored.row.name
    case 'parkedEvent':
      return `${stored.row.seq} ${stored.row.sink}`
    default:
      return stored.row.id
  }
}

/** The purpose and the id in the key of a `usedOnce` row: no purpose has a space. */
export function partsOfUsedOnce(key: string): readonly [purpose: string, id: string] {
  const end = key.indexOf(' ')
  return [key.slice(0, end), key.slice(end + 1)]
}

/** The place and the backend in the key of a `parkedEvent` row. */
export function partsOfParked(key: string): readonly [seq: number, sink: string] {
  const end = key.indexOf(' ')
  return [Number(key.slice(0, end)), key.slice(end + 1)]
}

/** The change that writes the row, with every field of it, where it is not there yet. */
export function insertionOf(stored: StoredRow): Change {
  switch (stored.kind) {
    case 'key':
      return { kind: 'key.insert', key: stored.row }
    case 'client':
      return { kind: 'client.insert', client: stored.row }
    case 'user':
      return { kind: 'user.insert', user: stored.row }
    case 'passkey':
      return { kind: 'passkey.insert', passkey: stored.row }
    case 'totpSeed':
      return { kind: 'totp.insert', seed: stored.row }
    case 'recoveryCode':
      return { kind: 'recoveryCode.insert', code: stored.row }
    case 'identity':
      return { kind: 'identity.insert', identity: stored.row }
    case 'consent':
      return { kind: 'consent.put', consent: stored.row }
    case 'session':
      return { kind: 'session.insert', session: stored.row }
    case 'code':
      return { kind: 'code.insert', code: stored.row }
    case 'family':
      return { kind: 'family.insert', family: stored.row }
    case 'refreshToken':
      return { kind: 'refresh.insert', refreshToken: stored.row }
    case 'token':
      return { kind: 'token.insert', token: stored.row }
    case 'usedOnce':
      return { kind: 'once.use', ...stored.row }
    case 'initialAccessToken':
      return { kind: 'initialAccessToken.insert', token: stored.row }
    case 'setupLink':
      return { kind: 'setupLink.insert', link: stored.row }
    case 'ticket':
      return { kind: 'ticket.insert', ticket: stored.row }
    case 'throttle':
      return { kind: 'throttle.put', throttle: stored.row, seen: 0 }
    case 'logoutDelivery':
      return { kind: 'logoutDelivery.insert', delivery: stored.row }
    case 'mail':
      return { kind: 'mail.insert', mail: stored.row }
    case 'denial':
      return { kind: 'denylist.put', denial: stored.row }
    case 'audit':
      return { kind: 'audit.insert', record: stored.row }
    case 'auditLink':
      return { kind: 'audit.link', ...stored.row }
    case 'auditEnd':
      return { kind: 'audit.mark', from: 0, ...stored.row }
    case 'event':
      return { kind: 'outbox.copyEvent', entry: stored.row }
    case 'sink':
      return { kind: 'outbox.copySink', sink: stored.row.name, cursor: stored.row.cursor }
    case 'parkedEvent':
      return { kind: 'outbox.park', parked: stored.row }
    default:
      return unreachable(stored)
  }
}
