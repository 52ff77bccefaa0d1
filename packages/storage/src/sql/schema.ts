import type {
  AccessToken,
  AuditId,
  AuditRecord,
  AuthorizationCode,
  Client,
  ClientId,
  ClientRowId,
  CodeId,
  Consent,
  ConsentId,
  Denial,
  DenialId,
  EpochSeconds,
  FamilyId,
  InitialAccessTokenId,
  KeyId,
  LogoutDeliveryId,
  OpenIdGrant,
  RefreshTokenId,
  RegisteredMetadata,
  Scope,
  SecretHash,
  SessionId,
  SetupLinkId,
  SigningKey,
  TokenId,
  User,
  UserClaims,
  UserId,
} from '@grantd/domain'
import type { Generated } from 'kysely'
import type { AuditMarkRow, OutboxRow, OutboxSinkRow, ParkedRow } from './schema-outbox.ts'
import type {
  IdentityRow,
  MailRow,
  PasskeyRow,
  RecoveryCodeRow,
  TicketRow,
  TotpSeedRow,
} from './schema-people.ts'

declare const text: unique symbol
declare const json: unique symbol

/** The bytes behind a base64url text: ids take 16 and hashes 32 instead of 22 and 43. */
export type Bytes<Text extends string> = Uint8Array & { readonly [text]?: Text }

/** JSON text of a `Value`. */
export type Json<Value> = string & { readonly [json]?: Value }

export type Flag = 0 | 1

export type List<Item> = Json<readonly Item[]>

export interface ClientRow {
  row_id: Bytes<ClientRowId>
  client_id: ClientId
  client_name: string
  application_type: Client['applicationType']
  token_endpoint_auth_method: Client['authMethod']
  client_secret_hash: Bytes<SecretHash> | null
  client_secret_sealed: string | null
  client_secret_expires_at: EpochSeconds | null
  registration_token_hash: Bytes<SecretHash> | null
  redirect_uris: Json<Client['redirectUris']>
  grant_types: Json<Client['grantTypes']>
  scope: Scope
  registered_by: Client['registeredBy']
  is_enabled: Flag
  tokens_valid_from: EpochSeconds
  client_uri: string | null
  logo_uri: string | null
  policy_uri: string | null
  tos_uri: string | null
  contacts: List<string> | null
  metadata: Json<RegisteredMetadata> | null
  created_at: EpochSeconds
  updated_at: EpochSeconds
  version: number
}

/** Stands for the codes and access tokens of a client that is gone, up to the ids it names. */
export interface DeletedClientRow {
  client_id: ClientId
  last_token_id: Bytes<TokenId> | null
  last_code_id: Bytes<CodeId> | null
}

export interface UserRow {
  id: Bytes<UserId>
  username: string
  username_key: string
  email: string | null
  email_key: string | null
  password_hash: NonNullable<User['passwordHash']> | null
  role: User['role']
  claims: Json<UserClaims> | null
  is_enabled: Flag
  created_at: EpochSeconds
  updated_at: EpochSeconds
  version: number
}

export interface SessionRow {
  id: Bytes<SessionId>
  secret_hash: Bytes<SecretHash>
  user_id: Bytes<UserId>
  auth_time: EpochSeconds
  amr: List<string> | null
  user_agent: string | null
  ip: string | null
  created_at: EpochSeconds
  last_seen_at: EpochSeconds
  expires_at: EpochSeconds
  revoked_at: EpochSeconds | null
}

export interface ConsentRow {
  id: Bytes<ConsentId>
  user_id: Bytes<UserId>
  client_id: ClientId
  scope: Scope
  client_digest: Consent['clientDigest']
  created_at: EpochSeconds
  updated_at: EpochSeconds
}

export interface CodeRow {
  id: Bytes<CodeId>
  secret_hash: Bytes<SecretHash>
  client_id: ClientId
  user_id: Bytes<UserId>
  session_id: Bytes<SessionId> | null
  redirect_uri: AuthorizationCode['redirectUri']
  scope: Scope
  resources: List<string> | null
  code_challenge: AuthorizationCode['codeChallenge']
  nonce: string | null
  auth_time: EpochSeconds
  amr: List<string> | null
  openid: Json<OpenIdGrant> | null
  family_id: Bytes<FamilyId>
  created_at: EpochSeconds
  expires_at: EpochSeconds
  used_at: EpochSeconds | null
}

export interface FamilyRow {
  id: Bytes<FamilyId>
  client_id: ClientId
  user_id: Bytes<UserId>
  session_id: Bytes<SessionId> | null
  scope: Scope
  /** 1 when the scope holds `offline_access`: such a family outlives its session. */
  is_offline: Flag
  resources: List<string> | null
  auth_time: EpochSeconds
  amr: List<string> | null
  openid: Json<OpenIdGrant> | null
  created_at: EpochSeconds
  expires_at: EpochSeconds
  revoked_at: EpochSeconds | null
}

export interface TokenRow {
  id: Bytes<TokenId>
  hash: Bytes<SecretHash>
  client_id: ClientId
  user_id: Bytes<UserId> | null
  family_id: Bytes<FamilyId> | null
  scope: Scope
  audience: Json<AccessToken['audience']> | null
  issued_at: EpochSeconds
  expires_at: EpochSeconds
  revoked_at: EpochSeconds | null
}

export interface RefreshTokenRow {
  id: Bytes<RefreshTokenId>
  secret_hash: Bytes<SecretHash>
  family_id: Bytes<FamilyId>
  client_id: ClientId
  created_at: EpochSeconds
  expires_at: EpochSeconds
  used_at: EpochSeconds | null
  successor_sealed: string | null
  grace_uses: number
}

export interface SigningKeyRow {
  kid: KeyId
  algorithm: SigningKey['algorithm']
  state: SigningKey['state']
  public_jwk: string
  sealed_private_key: string
  created_at: EpochSeconds
  state_changed_at: EpochSeconds
}

export interface UsedOnceRow {
  purpose: string
  id: string
  expires_at: EpochSeconds
}

export interface InitialAccessTokenRow {
  id: Bytes<InitialAccessTokenId>
  secret_hash: Bytes<SecretHash>
  uses_left: number
  created_at: EpochSeconds
  expires_at: EpochSeconds
}

export interface SetupLinkRow {
  id: Bytes<SetupLinkId>
  secret_hash: Bytes<SecretHash>
  username: string
  created_at: EpochSeconds
  expires_at: EpochSeconds
  used_at: EpochSeconds | null
}

export interface DenialRow {
  id: Bytes<DenialId>
  kind: Denial['kind']
  value: string
  reason: string | null
  created_by: string
  created_at: EpochSeconds
  expires_at: EpochSeconds | null
}

export interface ThrottleRow {
  key: string
  failures: number
  window_started_at: EpochSeconds
  blocked_until: EpochSeconds
  expires_at: EpochSeconds
}

export interface AuditRow {
  id: Bytes<AuditId>
  action: AuditRecord['action']
  actor: string | null
  target_kind: AuditRecord['targetKind']
  target_id: string
  subject: Bytes<UserId> | null
  ip: string | null
  metadata: Json<AuditRecord['metadata']> | null
  created_at: EpochSeconds
  /** Both are set when the record joins the chain. */
  seq: Generated<number | null>
  hash: Generated<Bytes<string> | null>
}

export interface LogoutDeliveryRow {
  id: Bytes<LogoutDeliveryId>
  client_id: ClientId
  user_id: Bytes<UserId>
  /** The 32 bytes of a `sid`. */
  session_id: Bytes<string>
  attempts: number
  next_attempt_at: EpochSeconds
  created_at: EpochSeconds
  expires_at: EpochSeconds
}

/** All tables, the same in every SQL dialect; the migrations of a dialect create them. */
export interface Schema {
  clients: ClientRow
  deleted_clients: DeletedClientRow
  users: UserRow
  sessions: SessionRow
  consents: ConsentRow
  authorization_codes: CodeRow
  token_families: FamilyRow
  tokens: TokenRow
  refresh_tokens: RefreshTokenRow
  signing_keys: SigningKeyRow
  used_once: UsedOnceRow
  initial_access_tokens: InitialAccessTokenRow
  setup_links: SetupLinkRow
  throttles: ThrottleRow
  denylist: DenialRow
  logout_deliveries: LogoutDeliveryRow
  passkeys: PasskeyRow
  totp_seeds: TotpSeedRow
  recovery_codes: RecoveryCodeRow
  upstream_identities: IdentityRow
  tickets: TicketRow
  outgoing_mails: MailRow
  audit_log: AuditRow
  audit_marks: AuditMarkRow
  outbox: OutboxRow
  outbox_sinks: OutboxSinkRow
  outbox_parked: ParkedRow
  versions: { name: 'clients' | 'keys' | 'outbox' | 'denylist'; version: number }
  notes: { name: string; text: string }
}
