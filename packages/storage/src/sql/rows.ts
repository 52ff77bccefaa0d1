import {
  type AccessToken,
  type AuditEnd,
  type AuditId,
  type AuditLink,
  type AuthorizationCode,
  type CodeId,
  type OutboxEntry,
  type ParkedEvent,
  partsOfParked,
  partsOfUsedOnce,
  type RowKind,
  type RowSlice,
  type SessionId,
  type SinkCursor,
  type StoredRows,
  type TokenId,
} from '@grantd/domain'
import type { Selectable } from 'kysely'
import { bytesOf, textOf } from './read.ts'
import { clientOf } from './reads/clients.ts'
import { codeOf, codesOfClients, familyOf, refreshTokenOf } from './reads/grants.ts'
import {
  auditOf,
  denialOf,
  initialAccessTokenOf,
  keyOf,
  logoutDeliveryOf,
  setupLinkOf,
  throttleOf,
} from './reads/operations.ts'
import { entryOf, parkedOf } from './reads/outbox.ts'
import {
  identityOf,
  mailOf,
  passkeyOf,
  recoveryCodeOf,
  ticketOf,
  totpSeedOf,
} from './reads/people.ts'
import { consentOf, sessionOf } from './reads/sessions.ts'
import { tokenOf } from './reads/tokens.ts'
import { userOf } from './reads/users.ts'
import type { Builder } from './recipe.ts'
import type { Schema } from './schema.ts'

export type Slices<Value> = (db: Builder, slice: RowSlice) => Promise<readonly Value[]>

/** Every table that holds rows, in no order. The two rows of `audit_marks` are set back instead. */
export const TABLES: readonly (keyof Schema)[] = [
  'signing_keys',
  'clients',
  'deleted_clients',
  'users',
  'passkeys',
  'totp_seeds',
  'recovery_codes',
  'upstream_identities',
  'consents',
  'sessions',
  'authorization_codes',
  'token_families',
  'refresh_tokens',
  'tokens',
  'used_once',
  'initial_access_tokens',
  'setup_links',
  'tickets',
  'throttles',
  'denylist',
  'logout_deliveries',
  'outgoing_mails',
  'audit_log',
  'outbox',
  'outbox_sinks',
  'outbox_parked',
]

/** Slices of a table in the order of a time-ordered id. For the builder all tables are typed as one. */
const byId =
  <Table extends keyof Schema, Value>(
    table: Table,
    toValue: (row: Selectable<Schema[Table]>) => Value,
    column: keyof Schema[Table] & string,
  ): Slices<Value> =>
  async (db, { after, limit }) => {
    const id = column as 'id'
    const query = db
      .selectFrom(table as 'sessions')
      .selectAll()
      .orderBy(id)
      .limit(limit)
    const rows = await (after === undefined
      ? query
      : query.where(id, '>', bytesOf<SessionId>(after))
    ).execute()
    return (rows as unknown as Selectable<Schema[Table]>[]).map(toValue) // all columns of this very table
  }

const byName =
  <Table extends 'signing_keys' | 'throttles', Value>(
    table: Table,
    toValue: (row: Schema[Table]) => Value,
    column: keyof Schema[Table] & string,
  ): Slices<Value> =>
  async (db, { after, limit }) => {
    const name = column as 'key'
    const query = db
      .selectFrom(table as 'throttles')
      .selectAll()
      .orderBy(name)
      .limit(limit)
    const rows = await (after === undefined ? query : query.where(name, '>', after)).execute()
    return (rows as unknown as Schema[Table][]).map(toValue) // all columns of this very table
  }

/** As `codes.find` has them. */
const codes: Slices<AuthorizationCode> = async (db, { after, limit }) => {
  const query = codesOfClients(db).orderBy('code.id').limit(limit)
  const rest = after === undefined ? query : query.where('code.id', '>', bytesOf<CodeId>(after))
  return (await rest.execute()).map(codeOf)
}

/** What a tombstone stands for is left out, as `tokens.find` does. */
const tokens: Slices<AccessToken> = async (db, { after, limit }) => {
  const query = db
    .selectFrom('tokens as token')
    .leftJoin('deleted_clients as gone', (join) =>
      join
        .onRef('gone.client_id', '=', 'token.client_id')
        .onRef('gone.last_token_id', '>=', 'token.id'),
    )
    .selectAll('token')
    .where('gone.client_id', 'is', null)
    .orderBy('token.id')
    .limit(limit)
  const rest = after === undefined ? query : query.where('token.id', '>', bytesOf<TokenId>(after))
  return (await rest.execute()).map(tokenOf)
}

const usedOnce: Slices<StoredRows['usedOnce']> = async (db, { after, limit }) => {
  const query = db.selectFrom('used_once').selectAll().orderBy('purpose').orderBy('id').limit(limit)
  const [purpose, id] = after === undefined ? [] : partsOfUsedOnce(after)
  const rest =
    purpose === undefined || id === undefined
      ? query
      : query.where(({ eb, or, and }) =>
          or([eb('purpose', '>', purpose), and([eb('purpose', '=', purpose), eb('id', '>', id)])]),
        )
  const rows = await rest.execute()
  return rows.map((row) =>
    Object.freeze({ purpose: row.purpose, id: row.id, expiresAt: row.expires_at }),
  )
}

const auditLinks: Slices<AuditLink> = async (db, { after, limit }) => {
  const query = db
    .selectFrom('audit_log')
    .select(['id', 'seq', 'hash'])
    .where('seq', 'is not', null)
    .orderBy('id')
    .limit(limit)
  const rest = after === undefined ? query : query.where('id', '>', bytesOf<AuditId>(after))
  return (await rest.execute()).flatMap(({ id, seq, hash }) =>
    seq === null || hash === null ? [] : Object.freeze({ id: textOf(id), seq, hash: textOf(hash) }),
  )
}

const auditEnds: Slices<AuditEnd> = async (db, { after, limit }) => {
  const query = db.selectFrom('audit_marks').selectAll().where('seq', '>', 0).orderBy('name')
  const wanted = after === undefined ? query : query.where('name', '>', after as AuditEnd['end'])
  return (await wanted.limit(limit).execute()).map(({ name, seq, hash, mac }) =>
    Object.freeze({ end: name, seq, hash: textOf(hash), mac: textOf(mac) }),
  )
}

const events: Slices<OutboxEntry> = async (db, { after, limit }) => {
  const query = db.selectFrom('outbox').selectAll().orderBy('seq').limit(limit)
  const rest = after === undefined ? query : query.where('seq', '>', Number(after))
  return (await rest.execute()).map(entryOf)
}

const sinks: Slices<SinkCursor> = async (db, { after, limit }) => {
  const query = db.selectFrom('outbox_sinks').selectAll().orderBy('name').limit(limit)
  const rows = await (after === undefined ? query : query.where('name', '>', after)).execute()
  return rows.map((row) => Object.freeze({ name: row.name, cursor: row.cursor_seq }))
}

const parkedEvents: Slices<ParkedEvent> = async (db, { after, limit }) => {
  const query = db.selectFrom('outbox_parked').selectAll().orderBy('seq').orderBy('sink')
  const [seq, sink] = after === undefined ? [] : partsOfParked(after)
  const rest =
    seq === undefined || sink === undefined
      ? query
      : query.where(({ eb, or, and }) =>
          or([eb('seq', '>', seq), and([eb('seq', '=', seq), eb('sink', '>', sink)])]),
        )
  return (await rest.limit(limit).execute()).map(parkedOf)
}

type AllSlices = { readonly [Kind in RowKind]: Slices<StoredRows[Kind]> }

const SLICES: AllSlices = {
  key: byName('signing_keys', keyOf, 'kid'),
  client: byId('clients', clientOf, 'row_id'),
  user: byId('users', userOf, 'id'),
  passkey: byId('passkeys', passkeyOf, 'id'),
  totpSeed: byId('totp_seeds', totpSeedOf, 'user_id'),
  recoveryCode: byId('recovery_codes', recoveryCodeOf, 'id'),
  identity: byId('upstream_identities', identityOf, 'id'),
  consent: byId('consents', consentOf, 'id'),
  session: byId('sessions', sessionOf, 'id'),
  code: codes,
  family: byId('token_families', familyOf, 'id'),
  refreshToken: byId('refresh_tokens', refreshTokenOf, 'id'),
  token: tokens,
  usedOnce,
  initialAccessToken: byId('initial_access_tokens', initialAccessTokenOf, 'id'),
  setupLink: byId('setup_links', setupLinkOf, 'id'),
  ticket: byId('tickets', ticketOf, 'id'),
  throttle: byName('throttles', throttleOf, 'key'),
  logoutDelivery: byId('logout_deliveries', logoutDeliveryOf, 'id'),
  mail: byId('outgoing_mails', mailOf, 'id'),
  denial: byId('denylist', denialOf, 'id'),
  audit: byId('audit_log', auditOf, 'id'),
  auditLink: auditLinks,
  auditEnd: auditEnds,
  event: events,
  sink: sinks,
  parkedEvent: parkedEvents,
}

/** A slice of the rows of a kind, read on the connection of `db`; `own` is what a dialect reads in its own way. */
export function rowsOf<Kind extends RowKind>(
  db: Builder,
  kind: Kind,
  slice: RowSlice,
  own: Partial<AllSlices> = {},
): Promise<readonly StoredRows[Kind][]> {
  const read: Slices<StoredRows[Kind]> = own[kind] ?? SLICES[kind]
  return read(db, slice)
}
