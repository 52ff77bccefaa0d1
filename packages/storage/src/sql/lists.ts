import {
  type AuditStore,
  type ClientRowId,
  type ClientStore,
  type Clock,
  type ConsentStore,
  type DenialId,
  type DenylistStore,
  type EpochSeconds,
  type FamilyStore,
  type IdentityStore,
  type KeyStore,
  type LogoutDeliveryStore,
  type MailStore,
  nowSeconds,
  type PasskeyStore,
  type RecoveryCodeStore,
  type SessionStore,
  type Storage,
  type UserId,
  type UserStore,
  type Versions,
} from '@grantd/domain'
import type { Selectable } from 'kysely'
import { countOf } from './count.ts'
import { auditListsOf, type OutboxLists, outboxListsOf } from './outbox-lists.ts'
import { bytesOf } from './read.ts'
import { clientOf } from './reads/clients.ts'
import { familyOf } from './reads/grants.ts'
import { denialOf, keyOf, logoutDeliveryOf } from './reads/operations.ts'
import { identityOf, mailOf, passkeyOf, recoveryCodeOf } from './reads/people.ts'
import { consentOf, sessionOf } from './reads/sessions.ts'
import { userOf } from './reads/users.ts'
import type { Builder } from './recipe.ts'
import type { ClientRow, Schema } from './schema.ts'

/** The reads that a person waits for, not a token endpoint: Kysely builds them on each call. */
export interface Lists {
  readonly clients: ClientStore['list']
  readonly users: UserStore['list']
  readonly countAdmins: UserStore['countAdmins']
  readonly sessionsByUser: SessionStore['listByUser']
  readonly consentsByUser: ConsentStore['listByUser']
  readonly familiesByUser: FamilyStore['listByUser']
  readonly familiesBySession: FamilyStore['listBySession']
  readonly dueLogouts: LogoutDeliveryStore['listDue']
  readonly keys: KeyStore['list']
  readonly denials: DenylistStore['list']
  readonly audit: AuditStore
  readonly outbox: OutboxLists
  readonly passkeysByUser: PasskeyStore['listByUser']
  readonly recoveryCodesByUser: RecoveryCodeStore['listByUser']
  readonly identitiesByUser: IdentityStore['listByUser']
  readonly dueMails: MailStore['listDue']
  versions(): Promise<Versions>
  readonly count: Storage['count']
}

export function listsOf(db: Builder, clock: Clock): Lists {
  return {
    clients: async ({ limit, after }) => {
      let query = db.selectFrom('clients').selectAll().orderBy('row_id', 'desc').limit(limit)
      if (after !== undefined) query = query.where('row_id', '<', await clientCursor(db, after))
      return (await query.execute()).map(clientOf)
    },
    users: async ({ limit, after }) => {
      let query = db.selectFrom('users').selectAll().orderBy('id', 'desc').limit(limit)
      if (after !== undefined) query = query.where('id', '<', bytesOf<UserId>(after))
      return (await query.execute()).map(userOf)
    },
    countAdmins: async () => {
      const row = await db
        .selectFrom('users')
        .select((eb) => eb.fn.countAll<number>().as('admins'))
        .where('role', '=', 'admin')
        .where('is_enabled', '=', 1)
        .executeTakeFirstOrThrow()
      return Number(row.admins)
    },
    sessionsByUser: byUser(db, 'sessions', sessionOf),
    consentsByUser: byUser(db, 'consents', consentOf),
    familiesByUser: async (userId) => {
      const rows = await db
        .selectFrom('token_families')
        .selectAll()
        .where('user_id', '=', bytesOf(userId))
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', nowSeconds(clock))
        .orderBy('id', 'desc')
        .execute()
      return rows.map(familyOf)
    },
    familiesBySession: async (sessionId) => {
      const rows = await db
        .selectFrom('token_families')
        .selectAll()
        .where('session_id', '=', bytesOf(sessionId))
        .orderBy('id', 'desc')
        .execute()
      return rows.map(familyOf)
    },
    dueLogouts: due(db, 'logout_deliveries', logoutDeliveryOf),
    keys: async () => {
      const query = db.selectFrom('signing_keys').selectAll()
      const rows = await query.orderBy('created_at', 'desc').orderBy('kid', 'desc').execute()
      return rows.map(keyOf)
    },
    denials: async ({ limit, after }) => {
      const query = db.selectFrom('denylist').selectAll().orderBy('id', 'desc').limit(limit)
      const rest = after === undefined ? query : query.where('id', '<', bytesOf<DenialId>(after))
      return (await rest.execute()).map(denialOf)
    },
    audit: auditListsOf(db),
    outbox: outboxListsOf(db),
    passkeysByUser: byUser(db, 'passkeys', passkeyOf),
    recoveryCodesByUser: byUser(db, 'recovery_codes', recoveryCodeOf),
    identitiesByUser: byUser(db, 'upstream_identities', identityOf),
    dueMails: due(db, 'outgoing_mails', mailOf),
    versions: async () => {
      const rows = await db.selectFrom('versions').selectAll().execute()
      const of = (name: string) => rows.find((row) => row.name === name)?.version ?? 0
      return Object.freeze({ clients: of('clients'), keys: of('keys'), denylist: of('denylist') })
    },
    count: countOf(db),
  }
}

type OfUser = 'sessions' | 'consents' | 'passkeys' | 'recovery_codes' | 'upstream_identities'

/** What belongs to a person, newest first. For the builder all tables are typed as one. */
const byUser =
  <Table extends OfUser, Value>(
    db: Builder,
    table: Table,
    toValue: (row: Selectable<Schema[Table]>) => Value,
  ) =>
  async (userId: UserId): Promise<readonly Value[]> => {
    const rows = await db
      .selectFrom(table as 'sessions')
      .selectAll()
      .where('user_id', '=', bytesOf(userId))
      .orderBy('id', 'desc')
      .execute()
    return (rows as unknown as Selectable<Schema[Table]>[]).map(toValue) // all columns of this very table
  }

/** What is to be tried by now, most overdue first. */
const due =
  <Table extends 'logout_deliveries' | 'outgoing_mails', Value>(
    db: Builder,
    table: Table,
    toValue: (row: Selectable<Schema[Table]>) => Value,
  ) =>
  async (at: EpochSeconds, limit: number): Promise<readonly Value[]> => {
    const rows = await db
      .selectFrom(table as 'outgoing_mails')
      .selectAll()
      .where('next_attempt_at', '<=', at)
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(limit)
      .execute()
    return (rows as unknown as Selectable<Schema[Table]>[]).map(toValue) // all columns of this very table
  }

/** A page of clients may be continued by the row id or by the public id of its last client. */
async function clientCursor(db: Builder, after: string): Promise<ClientRow['row_id']> {
  const row = await db
    .selectFrom('clients')
    .select('row_id')
    .where('client_id', '=', after as ClientRow['client_id']) // compared, not believed
    .executeTakeFirst()
  return row?.row_id ?? bytesOf<ClientRowId>(after)
}
