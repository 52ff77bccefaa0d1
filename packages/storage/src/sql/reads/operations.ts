import type {
  AuditRecord,
  Denial,
  DenialKind,
  InitialAccessToken,
  InitialAccessTokenId,
  LogoutDelivery,
  SetupLink,
  SetupLinkId,
  SigningKey,
  Throttle,
} from '@grantd/domain'
import type { Selectable } from 'kysely'
import { jsonOf, orUndefined, read, textOf, textOrUndefined } from '../read.ts'
import type {
  AuditRow,
  DenialRow,
  InitialAccessTokenRow,
  LogoutDeliveryRow,
  SetupLinkRow,
  SigningKeyRow,
  ThrottleRow,
} from '../schema.ts'

export const findThrottle = read<string>()((db, p) => {
  const key = p.value((text) => text)
  return db.selectFrom('throttles').selectAll().where('key', '=', key)
}, throttleOf)

export function throttleOf(row: ThrottleRow): Throttle {
  return Object.freeze({
    key: row.key,
    failures: row.failures,
    windowStartedAt: row.window_started_at,
    blockedUntil: row.blocked_until,
    expiresAt: row.expires_at,
  })
}

export const findInitialAccessToken = read<InitialAccessTokenId>()((db, p) => {
  const id = p.bytes((key) => key)
  return db.selectFrom('initial_access_tokens').selectAll().where('id', '=', id)
}, initialAccessTokenOf)

export function initialAccessTokenOf(row: InitialAccessTokenRow): InitialAccessToken {
  return Object.freeze({
    id: textOf(row.id),
    secretHash: textOf(row.secret_hash),
    usesLeft: row.uses_left,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  })
}

export const findSetupLink = read<SetupLinkId>()((db, p) => {
  const id = p.bytes((key) => key)
  return db.selectFrom('setup_links').selectAll().where('id', '=', id)
}, setupLinkOf)

export function setupLinkOf(row: SetupLinkRow): SetupLink {
  return Object.freeze({
    id: textOf(row.id),
    secretHash: textOf(row.secret_hash),
    username: row.username,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: orUndefined(row.used_at),
  })
}

export const findDenial = read<{ readonly kind: DenialKind; readonly value: string }>()((db, p) => {
  const kind = p.value((key) => key.kind)
  const value = p.value((key) => key.value)
  return db.selectFrom('denylist').selectAll().where('kind', '=', kind).where('value', '=', value)
}, denialOf)

export function denialOf(row: DenialRow): Denial {
  return Object.freeze({
    id: textOf(row.id),
    kind: row.kind,
    value: row.value,
    reason: orUndefined(row.reason),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: orUndefined(row.expires_at),
  })
}

export const findNote = read<string>()(
  (db, p) => {
    const name = p.value((text) => text)
    return db.selectFrom('notes').select('text').where('name', '=', name)
  },
  (row) => row.text,
)

export function keyOf(row: SigningKeyRow): SigningKey {
  return Object.freeze({
    kid: row.kid,
    algorithm: row.algorithm,
    state: row.state,
    publicJwk: row.public_jwk,
    sealedPrivateKey: row.sealed_private_key,
    createdAt: row.created_at,
    stateChangedAt: row.state_changed_at,
  })
}

export function logoutDeliveryOf(row: LogoutDeliveryRow): LogoutDelivery {
  return Object.freeze({
    id: textOf(row.id),
    clientId: row.client_id,
    userId: textOf(row.user_id),
    sid: textOf(row.session_id),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  })
}

export function auditOf(row: Selectable<AuditRow>): AuditRecord {
  return Object.freeze({
    id: textOf(row.id),
    action: row.action,
    actor: orUndefined(row.actor),
    targetKind: row.target_kind,
    targetId: row.target_id,
    subject: textOrUndefined(row.subject),
    ip: orUndefined(row.ip),
    metadata: row.metadata === null ? Object.freeze({}) : jsonOf(row.metadata),
    createdAt: row.created_at,
  })
}
