import type {
  OutgoingMail,
  Passkey,
  RecoveryCode,
  Ticket,
  TicketId,
  TotpSeed,
  UpstreamIdentity,
  UserId,
} from '@grantd/domain'
import { listOf, orUndefined, read, textOf, textOrUndefined } from '../read.ts'
import type {
  IdentityRow,
  MailRow,
  PasskeyRow,
  RecoveryCodeRow,
  TicketRow,
  TotpSeedRow,
} from '../schema-people.ts'

export function passkeyOf(row: PasskeyRow): Passkey {
  return Object.freeze({
    id: textOf(row.id),
    credentialId: row.credential_id,
    userId: textOf(row.user_id),
    publicKey: row.public_key,
    counter: row.counter,
    transports: listOf(row.transports),
    name: row.name,
    isBackedUp: row.is_backed_up === 1,
    createdAt: row.created_at,
    lastUsedAt: orUndefined(row.last_used_at),
  })
}

export const findPasskey = read<string>()((db, p) => {
  const credentialId = p.value((key) => key)
  return db.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId)
}, passkeyOf)

export const findTotp = read<UserId>()((db, p) => {
  const userId = p.bytes((key) => key)
  return db.selectFrom('totp_seeds').selectAll().where('user_id', '=', userId)
}, totpSeedOf)

export function totpSeedOf(row: TotpSeedRow): TotpSeed {
  return Object.freeze({
    userId: textOf(row.user_id),
    seedSealed: row.seed_sealed,
    lastStep: row.last_step,
    createdAt: row.created_at,
  })
}

export function recoveryCodeOf(row: RecoveryCodeRow): RecoveryCode {
  return Object.freeze({
    id: textOf(row.id),
    userId: textOf(row.user_id),
    codeHash: textOf(row.code_hash),
    createdAt: row.created_at,
    usedAt: orUndefined(row.used_at),
  })
}

export function identityOf(row: IdentityRow): UpstreamIdentity {
  return Object.freeze({
    id: textOf(row.id),
    userId: textOf(row.user_id),
    provider: row.provider,
    issuer: orUndefined(row.issuer),
    subject: row.subject,
    email: orUndefined(row.email),
    name: orUndefined(row.name),
    createdAt: row.created_at,
    lastUsedAt: orUndefined(row.last_used_at),
  })
}

export const findIdentity = read<Pick<UpstreamIdentity, 'provider' | 'subject'>>()((db, p) => {
  const provider = p.value((key) => key.provider)
  const subject = p.value((key) => key.subject)
  return db
    .selectFrom('upstream_identities')
    .selectAll()
    .where('provider', '=', provider)
    .where('subject', '=', subject)
}, identityOf)

export const findTicket = read<TicketId>()((db, p) => {
  const id = p.bytes((key) => key)
  return db.selectFrom('tickets').selectAll().where('id', '=', id)
}, ticketOf)

export function ticketOf(row: TicketRow): Ticket {
  return Object.freeze({
    id: textOf(row.id),
    secretHash: textOf(row.secret_hash),
    purpose: row.purpose,
    userId: textOrUndefined(row.user_id),
    email: orUndefined(row.email),
    userVersion: row.user_version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: orUndefined(row.used_at),
  })
}

export function mailOf(row: MailRow): OutgoingMail {
  return Object.freeze({
    id: textOf(row.id),
    topic: row.topic,
    messageSealed: row.message_sealed,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    lastError: orUndefined(row.last_error),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  })
}
