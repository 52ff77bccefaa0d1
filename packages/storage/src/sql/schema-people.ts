import type {
  EpochSeconds,
  MailId,
  PasskeyId,
  RecoveryCodeId,
  SecretHash,
  Ticket,
  TicketId,
  UpstreamIdentityId,
  UserId,
} from '@grantd/domain'
import type { Bytes, Flag, List } from './schema.ts'

// The rows of second factors, linked logins, tickets and outgoing mail; schema.ts lists their tables.

export interface PasskeyRow {
  id: Bytes<PasskeyId>
  credential_id: string
  user_id: Bytes<UserId>
  public_key: string
  counter: number
  transports: List<string> | null
  name: string
  is_backed_up: Flag
  created_at: EpochSeconds
  last_used_at: EpochSeconds | null
}

export interface TotpSeedRow {
  user_id: Bytes<UserId>
  seed_sealed: string
  last_step: number
  created_at: EpochSeconds
}

export interface RecoveryCodeRow {
  id: Bytes<RecoveryCodeId>
  user_id: Bytes<UserId>
  code_hash: Bytes<SecretHash>
  created_at: EpochSeconds
  used_at: EpochSeconds | null
}

export interface IdentityRow {
  id: Bytes<UpstreamIdentityId>
  user_id: Bytes<UserId>
  provider: string
  issuer: string | null
  subject: string
  email: string | null
  name: string | null
  created_at: EpochSeconds
  last_used_at: EpochSeconds | null
}

export interface TicketRow {
  id: Bytes<TicketId>
  secret_hash: Bytes<SecretHash>
  purpose: Ticket['purpose']
  user_id: Bytes<UserId> | null
  email: string | null
  user_version: number
  created_at: EpochSeconds
  expires_at: EpochSeconds
  used_at: EpochSeconds | null
}

export interface MailRow {
  id: Bytes<MailId>
  topic: string
  message_sealed: string
  attempts: number
  next_attempt_at: EpochSeconds
  last_error: string | null
  created_at: EpochSeconds
  expires_at: EpochSeconds
}
