import type { Change, Client } from '@grantd/domain'
import type { Params } from '../params.ts'
import { type Builder, bumpVersion, guarded, type Recipes, required, write } from '../recipe.ts'
import type { ClientRow } from '../schema.ts'

type Writes = Extract<Change, { client: Client }>

/** What a change of a client may alter; its ids and its birth stay. */
const fields = (p: Params<Writes>) => ({
  client_name: p.value((c) => c.client.name),
  application_type: p.value((c) => c.client.applicationType),
  token_endpoint_auth_method: p.value((c) => c.client.authMethod),
  client_secret_hash: p.bytesOrNull((c) => c.client.secretHash),
  client_secret_sealed: p.valueOrNull((c) => c.client.secretSealed),
  client_secret_expires_at: p.valueOrNull((c) => c.client.secretExpiresAt),
  registration_token_hash: p.bytesOrNull((c) => c.client.registrationTokenHash),
  redirect_uris: p.json((c) => c.client.redirectUris),
  grant_types: p.json((c) => c.client.grantTypes),
  scope: p.value((c) => c.client.scope),
  registered_by: p.value((c) => c.client.registeredBy),
  is_enabled: p.flag((c) => c.client.isEnabled),
  tokens_valid_from: p.value((c) => c.client.tokensValidFrom),
  client_uri: p.valueOrNull((c) => c.client.clientUri),
  logo_uri: p.valueOrNull((c) => c.client.logoUri),
  policy_uri: p.valueOrNull((c) => c.client.policyUri),
  tos_uri: p.valueOrNull((c) => c.client.tosUri),
  contacts: p.listOrNull((c) => c.client.contacts),
  metadata: p.recordOrNull((c) => c.client.metadata),
  updated_at: p.value((c) => c.client.updatedAt),
  version: p.value((c) => c.client.version),
})

const familiesOf = (db: Builder, clientId: ClientRow['client_id']) =>
  db.selectFrom('token_families').select('id').where('client_id', '=', clientId)

/**
 * Codes and access tokens have no index by client, since every issued token would pay for it. A
 * tombstone with the newest ids at this moment makes them unfindable at once, whatever their number;
 * the rows themselves go when they have expired.
 */
const entomb = (db: Builder, clientId: ClientRow['client_id']) =>
  db
    .insertInto('deleted_clients')
    .values((eb) => ({
      client_id: clientId,
      last_token_id: eb.selectFrom('tokens').select('id').orderBy('id', 'desc').limit(eb.lit(1)),
      last_code_id: eb
        .selectFrom('authorization_codes')
        .select('id')
        .orderBy('id', 'desc')
        .limit(eb.lit(1)),
    }))
    .onConflict((conflict) =>
      conflict.column('client_id').doUpdateSet((eb) => ({
        last_token_id: eb.ref('excluded.last_token_id'),
        last_code_id: eb.ref('excluded.last_code_id'),
      })),
    )

/**
 * A name that is registered anew starts from nothing. Its ids would be newer than the tombstone, but for
 * a clock that was set back. No tombstone, no range, no row is looked at.
 */
const exhume = (db: Builder, clientId: ClientRow['client_id']) => {
  const former = db.selectFrom('deleted_clients').where('client_id', '=', clientId)
  return [
    write(
      db
        .deleteFrom('tokens')
        .where('id', '<=', former.select('last_token_id'))
        .where('client_id', '=', clientId),
    ),
    write(
      db
        .deleteFrom('authorization_codes')
        .where('id', '<=', former.select('last_code_id'))
        .where('client_id', '=', clientId),
    ),
    write(db.deleteFrom('deleted_clients').where('client_id', '=', clientId)),
  ]
}

export const clientChanges = {
  'client.insert': (db, p) => [
    ...exhume(
      db,
      p.value((c) => c.client.id),
    ),
    write(
      db.insertInto('clients').values({
        row_id: p.bytes((c) => c.client.rowId),
        client_id: p.value((c) => c.client.id),
        created_at: p.value((c) => c.client.createdAt),
        ...fields(p),
      }),
    ),
    bumpVersion(db, 'clients'),
  ],
  'client.update': (db, p) => [
    guarded(
      db
        .updateTable('clients')
        .set(fields(p))
        .where(
          'client_id',
          '=',
          p.value((c) => c.client.id),
        )
        .where(
          'version',
          '=',
          p.value((c) => c.client.version - 1),
        ),
    ),
    bumpVersion(db, 'clients'),
  ],
  'client.delete': (db, p) => {
    const clientId = p.value((c) => c.clientId)
    return [
      guarded(db.deleteFrom('clients').where('client_id', '=', clientId)),
      write(db.deleteFrom('refresh_tokens').where('family_id', 'in', familiesOf(db, clientId))),
      write(db.deleteFrom('token_families').where('client_id', '=', clientId)),
      write(db.deleteFrom('consents').where('client_id', '=', clientId)),
      write(entomb(db, clientId)),
      bumpVersion(db, 'clients'),
    ]
  },
  'client.requireEnabled': (db, p) => [
    required(
      db
        .selectFrom('clients')
        .select('client_id')
        .where(
          'client_id',
          '=',
          p.value((c) => c.id),
        )
        .where('is_enabled', '=', (eb) => eb.lit(1)),
    ),
  ],
} satisfies Partial<Recipes>
