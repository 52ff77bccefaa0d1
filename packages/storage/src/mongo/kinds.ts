import {
  type AccessToken,
  type AuditRecord,
  type AuthorizationCode,
  type Client,
  type Consent,
  type Denial,
  hasScope,
  type InitialAccessToken,
  type LogoutDelivery,
  type OutboxEntry,
  type OutboxEvent,
  type OutgoingMail,
  type ParkedEvent,
  type Passkey,
  type RecoveryCode,
  type RefreshToken,
  type Session,
  type SetupLink,
  type SigningKey,
  systemRandom,
  type Throttle,
  type Ticket,
  type TokenFamily,
  type TotpSeed,
  type UpstreamIdentity,
  type User,
} from '@grantd/domain'
import { defineKind } from './kind.ts'

export const CLIENT = defineKind<Client>({
  collection: 'clients',
  key: 'id',
  ids: ['rowId'],
  json: ['metadata'],
  absent: {
    secretHash: undefined,
    secretSealed: undefined,
    secretExpiresAt: undefined,
    registrationTokenHash: undefined,
    clientUri: undefined,
    logoUri: undefined,
    policyUri: undefined,
    tosUri: undefined,
  },
})

export const USER = defineKind<User>({
  collection: 'users',
  key: 'id',
  ids: ['id'],
  json: ['claims'],
  absent: { email: undefined, emailKey: undefined, passwordHash: undefined },
})

export const SESSION = defineKind<Session>({
  collection: 'sessions',
  key: 'id',
  ids: ['id', 'userId'],
  dates: ['expiresAt'],
  absent: { userAgent: undefined, ip: undefined, revokedAt: undefined },
})

/** One document per user and client, so that replacing a consent is one atomic write. */
export const CONSENT = defineKind<Consent>({
  collection: 'consents',
  key: 'id',
  compositeKey: ({ userId, clientId }) => consentKey(userId, clientId),
  ids: ['id', 'userId'],
  absent: {},
})

export const consentKey = (userId: string, clientId: string): string => `${userId} ${clientId}`

export const CODE = defineKind<AuthorizationCode>({
  collection: 'authorization_codes',
  key: 'id',
  ids: ['id', 'userId', 'sessionId', 'familyId'],
  dates: ['expiresAt'],
  json: ['openid'],
  absent: { sessionId: undefined, nonce: undefined, usedAt: undefined },
})

export const FAMILY = defineKind<TokenFamily>({
  collection: 'token_families',
  key: 'id',
  ids: ['id', 'userId', 'sessionId'],
  dates: ['expiresAt'],
  json: ['openid'],
  absent: { sessionId: undefined, revokedAt: undefined },
  internal: ({ scope }) => ({ isOffline: hasScope(scope, 'offline_access') }),
})

export const TOKEN = defineKind<AccessToken>({
  collection: 'tokens',
  key: 'id',
  ids: ['id', 'userId', 'familyId'],
  dates: ['expiresAt'],
  absent: { userId: undefined, familyId: undefined, revokedAt: undefined },
})

export const REFRESH_TOKEN = defineKind<RefreshToken>({
  collection: 'refresh_tokens',
  key: 'id',
  ids: ['id', 'familyId'],
  dates: ['expiresAt'],
  absent: { usedAt: undefined, successorSealed: undefined },
})

export const SIGNING_KEY = defineKind<SigningKey>({
  collection: 'signing_keys',
  key: 'kid',
  ids: [],
  absent: {},
})

export const INITIAL_ACCESS_TOKEN = defineKind<InitialAccessToken>({
  collection: 'initial_access_tokens',
  key: 'id',
  ids: ['id'],
  dates: ['expiresAt'],
  absent: {},
})

export const SETUP_LINK = defineKind<SetupLink>({
  collection: 'setup_links',
  key: 'id',
  ids: ['id'],
  dates: ['expiresAt'],
  absent: { usedAt: undefined },
})

export const THROTTLE = defineKind<Throttle>({
  collection: 'throttles',
  key: 'key',
  ids: [],
  dates: ['expiresAt'],
  absent: {},
})

export const LOGOUT_DELIVERY = defineKind<LogoutDelivery>({
  collection: 'logout_deliveries',
  key: 'id',
  ids: ['id', 'userId'],
  dates: ['expiresAt'],
  absent: {},
})

export const PASSKEY = defineKind<Passkey>({
  collection: 'passkeys',
  key: 'id',
  ids: ['id', 'userId'],
  absent: { lastUsedAt: undefined },
})

export const TOTP_SEED = defineKind<TotpSeed>({
  collection: 'totp_seeds',
  key: 'userId',
  ids: ['userId'],
  absent: {},
})

export const RECOVERY_CODE = defineKind<RecoveryCode>({
  collection: 'recovery_codes',
  key: 'id',
  ids: ['id', 'userId'],
  absent: { usedAt: undefined },
})

export const identityKey = ({
  provider,
  subject,
}: Pick<UpstreamIdentity, 'provider' | 'subject'>): string => JSON.stringify([provider, subject])

/** One document per subject of a provider, so that linking it is one atomic write. */
export const IDENTITY = defineKind<UpstreamIdentity>({
  collection: 'upstream_identities',
  key: 'id',
  compositeKey: identityKey,
  ids: ['id', 'userId'],
  absent: { issuer: undefined, email: undefined, name: undefined, lastUsedAt: undefined },
})

export const TICKET = defineKind<Ticket>({
  collection: 'tickets',
  key: 'id',
  ids: ['id', 'userId'],
  dates: ['expiresAt'],
  absent: { userId: undefined, email: undefined, usedAt: undefined },
})

export const MAIL = defineKind<OutgoingMail>({
  collection: 'outgoing_mails',
  key: 'id',
  ids: ['id'],
  dates: ['expiresAt'],
  absent: { lastError: undefined },
})

export const denialKey = ({ kind, value }: Pick<Denial, 'kind' | 'value'>): string =>
  JSON.stringify([kind, value])

export const DENIAL = defineKind<Denial>({
  collection: 'denylist',
  key: 'id',
  compositeKey: denialKey,
  ids: ['id'],
  dates: ['expiresAt'],
  absent: { reason: undefined, expiresAt: undefined },
})

export const AUDIT = defineKind<AuditRecord>({
  collection: 'audit_log',
  key: 'id',
  ids: ['id', 'subject'],
  json: ['metadata'],
  absent: { actor: undefined, subject: undefined, ip: undefined },
})

/** Stored with an id that nobody needs; its place, `seq`, is given after the commit. */
export const OUTBOX = defineKind<OutboxEvent>({
  collection: 'outbox',
  key: 'key',
  compositeKey: () => systemRandom.base64url(12),
  ids: [],
  absent: {},
})

/** The same collection, once an event has its place. */
export const PLACED = defineKind<OutboxEntry>({ ...OUTBOX })

export const parkedKey = ({ sink, seq }: { readonly sink: string; readonly seq: number }): string =>
  JSON.stringify([sink, seq])

export const PARKED = defineKind<ParkedEvent>({
  collection: 'outbox_parked',
  key: 'seq',
  compositeKey: parkedKey,
  ids: [],
  absent: { error: undefined, deadAt: undefined },
})

/** Collections that hold no value of the domain. */
export const AUDIT_MARKS = 'audit_marks'
export const OUTBOX_SINKS = 'outbox_sinks'
export const USED_ONCE = 'used_once'
export const VERSIONS = 'versions'
export const NOTES = 'notes'
/**
 * A document per deleted client: its tokens and refresh tokens are dead from that moment on, whatever
 * their number, and go when they expire. A client registered anew under the same name sets
 * `before` to its own row id; what was made earlier stays dead.
 */
export const DELETED_CLIENTS = 'deleted_clients'
