// Owns: the words and rules of OAuth (ids, clients, codes, tokens, scopes, redirect URIs, PKCE,
// errors, time, randomness) and the ports that storage and other adapters fill.
// Does not own: HTTP, SQL, JWT, actors. Start here: client.ts, token.ts, ports/unit-of-work.ts.
export type {
  AuditAction,
  AuditChain,
  AuditFilter,
  AuditMark,
  AuditRecord,
  ChainedRecord,
} from './audit.ts'
export { AuditSeal, CHAIN_START, ChainWalk, chainHash } from './audit-chain.ts'
export { type Brand, unreachable } from './brand.ts'
export {
  type AddressClaim,
  CLAIM_SCOPES,
  type ClaimScope,
  type ClaimsRequest,
  type ClaimWish,
  type OpenIdGrant,
  SCOPE_CLAIMS,
  scopeOfClaim,
  type UserClaims,
} from './claims.ts'
export {
  AUTH_METHODS,
  type AuthMethod,
  type Client,
  GRANT_TYPES,
  type GrantType,
  isPublicClient,
  mayUseGrant,
} from './client.ts'
export {
  ASYMMETRIC_ALGORITHMS,
  type AsymmetricAlgorithm,
  type PublicKey,
  RESPONSE_TYPES,
  type RegisteredMetadata,
  type ResponseType,
} from './client-metadata.ts'
export {
  after,
  type Clock,
  type EpochSeconds,
  epochSeconds,
  nowSeconds,
  type Seconds,
  systemClock,
} from './clock.ts'
export {
  type CredentialPrefix,
  type MintedCredential,
  mintCredential,
  PREFIX,
  type PresentedCredential,
  parseCredential,
} from './credential.ts'
export { DENIAL_KINDS, type Denial, type DenialKind } from './denial.ts'
export { parseEmail } from './email.ts'
export {
  invalidClient,
  invalidGrant,
  invalidRequest,
  invalidScope,
  OAuthError,
  type OAuthErrorCode,
  type OAuthErrorDetails,
  StorageError,
  type StorageErrorKind,
  temporarilyUnavailable,
  unauthorizedClient,
} from './errors.ts'
export {
  EVENT_TYPES,
  type EventClass,
  type EventKeyRule,
  type EventSeverity,
  type EventType,
  type EventTypeRule,
  eventClass,
  isEventType,
} from './event-types.ts'
export {
  DraftEvent,
  EVENT_PRODUCER,
  type EventBody,
  type EventEnvelope,
  type EventOrigin,
  type EventStamp,
  eventKey,
  idempotencyKey,
  makeEvent,
  type NewEvent,
  uuidText,
} from './events.ts'
export type { Passkey, RecoveryCode, TotpSeed } from './factors.ts'
export {
  type AuditId,
  type ClientId,
  type ClientRowId,
  type CodeId,
  type ConsentId,
  clientId,
  type DenialId,
  type FamilyId,
  IdMaker,
  type InitialAccessTokenId,
  idTimeMs,
  type KeyId,
  type LogoutDeliveryId,
  lowestIdAt,
  type MailId,
  type PasskeyId,
  parseId,
  type RecoveryCodeId,
  type RefreshTokenId,
  type SessionId,
  type SetupLinkId,
  type TicketId,
  type TimeOrderedId,
  type TokenId,
  type UpstreamIdentityId,
  type UserId,
} from './ids.ts'
export type { LogoutDelivery } from './logout.ts'
export type { MailMessage, OutgoingMail } from './mail.ts'
export type { OutboxEntry, OutboxEvent, OutboxSink, ParkedEvent, ReadEntry } from './outbox.ts'
export { type CodeChallenge, NO_CHALLENGE, parseCodeChallenge, verifyPkce } from './pkce.ts'
export { type ActObserver, NOT_OBSERVED } from './ports/act-observer.ts'
export type { AuditChange, AuditStore } from './ports/audit-trail.ts'
export type {
  BackendHealth,
  BackendResult,
  DeliveryReport,
  EventBus,
  EventDelivery,
  EventHealth,
  RecentEvents,
} from './ports/event-bus.ts'
export {
  type EventFeed,
  FEED_ENDS,
  type FeedCounts,
  type FeedEnd,
  type FeedEntry,
  type FeedFilter,
  type FeedReader,
  type FeedStart,
} from './ports/event-feed.ts'
export type { EventOutbox } from './ports/event-outbox.ts'
export type { EventSink, PublishOutcome, SinkHealth } from './ports/event-sink.ts'
export type { Mailer } from './ports/mailer.ts'
export type { OneTimeCodes } from './ports/one-time-codes.ts'
export type { OutboxChange, OutboxStore } from './ports/outbox.ts'
export type {
  AcceptedPasskeys,
  PasskeyChecks,
  PasskeyQuestion,
  ProvenPasskey,
} from './ports/passkey-checks.ts'
export type { PasswordHasher } from './ports/password-hasher.ts'
export type { SharedAttempt, SharedBuckets, SharedVerdict } from './ports/shared-buckets.ts'
export type { CacheListener, ClientSnapshots, SharedCache } from './ports/shared-cache.ts'
export type {
  ClientStore,
  CodeStore,
  ConsentStore,
  CountedKind,
  CountedSlice,
  CountSlice,
  DenylistStore,
  ExpiringKind,
  FamilyStore,
  FoundRefreshToken,
  IdentityStore,
  InitialAccessTokenStore,
  KeyStore,
  LogoutDeliveryStore,
  MailStore,
  NoteStore,
  Page,
  PasskeyStore,
  RecoveryCodeStore,
  RefreshTokenStore,
  RowSlice,
  SessionStore,
  SetupLinkStore,
  Snapshot,
  Storage,
  ThrottleStore,
  TicketStore,
  TokenStatus,
  TokenStore,
  TotpStore,
  UserStore,
  Versions,
} from './ports/storage.ts'
export type { Change, CommitResult, Throttle, UnitOfWork } from './ports/unit-of-work.ts'
export {
  type UpstreamAnswer,
  UpstreamError,
  type UpstreamFailure,
  type UpstreamLogins,
  type UpstreamProfile,
  type UpstreamProvider,
  type UpstreamRequest,
} from './ports/upstream-logins.ts'
export { type Random, SystemRandom, systemRandom } from './random.ts'
export {
  type ApplicationType,
  matchRedirectUri,
  parseRedirectUri,
  type RedirectUri,
  redirectTarget,
  withFragment,
  withQuery,
} from './redirect-uri.ts'
export { checkResources } from './resource.ts'
export { RESTORE_EPOCH, restoreEpoch } from './restore-epoch.ts'
export {
  DEFAULT_SCOPE,
  hasScope,
  isPrivilegedScope,
  isSubsetOf,
  KNOWN_SCOPES,
  narrowScope,
  parseScope,
  type Scope,
  scopeTokens,
} from './scope.ts'
export { hashSecret, Secret, type SecretHash, sameHash } from './secret.ts'
export {
  type KeyState,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-key.ts'
export {
  type AuditEnd,
  type AuditLink,
  insertionOf,
  partsOfParked,
  partsOfUsedOnce,
  ROW_KINDS,
  type RowKind,
  rowKey,
  type SinkCursor,
  type StoredRow,
  type StoredRows,
  type UsedOnce,
} from './stored-row.ts'
export { TICKET_PREFIX, type Ticket, type TicketPurpose } from './ticket.ts'
export type {
  AccessToken,
  AuthorizationCode,
  Consent,
  InitialAccessToken,
  RefreshToken,
  SetupLink,
  TokenFamily,
} from './token.ts'
export type { UpstreamIdentity } from './upstream-identity.ts'
export { foldName, type PasswordHash, type Role, type Session, type User } from './user.ts'
