import type { Client, ClientId } from '@grantd/domain'
import { jsonOf, listOf, orUndefined, read, recordOf, textOf, textOrUndefined } from '../read.ts'
import type { ClientRow } from '../schema.ts'

export function clientOf(row: ClientRow): Client {
  return Object.freeze({
    rowId: textOf(row.row_id),
    id: row.client_id,
    name: row.client_name,
    applicationType: row.application_type,
    authMethod: row.token_endpoint_auth_method,
    secretHash: textOrUndefined(row.client_secret_hash),
    secretSealed: orUndefined(row.client_secret_sealed),
    secretExpiresAt: orUndefined(row.client_secret_expires_at),
    registrationTokenHash: textOrUndefined(row.registration_token_hash),
    redirectUris: jsonOf(row.redirect_uris),
    grantTypes: jsonOf(row.grant_types),
    scope: row.scope,
    registeredBy: row.registered_by,
    isEnabled: row.is_enabled === 1,
    tokensValidFrom: row.tokens_valid_from,
    clientUri: orUndefined(row.client_uri),
    logoUri: orUndefined(row.logo_uri),
    policyUri: orUndefined(row.policy_uri),
    tosUri: orUndefined(row.tos_uri),
    contacts: listOf(row.contacts),
    metadata: recordOf(row.metadata),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  })
}

export const findClient = read<ClientId>()(
  (db, p) =>
    db
      .selectFrom('clients')
      .selectAll()
      .where(
        'client_id',
        '=',
        p.value((id) => id),
      ),
  clientOf,
)
