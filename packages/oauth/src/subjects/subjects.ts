import { createHmac, hkdfSync } from 'node:crypto'
import { type Client, redirectTarget, type SessionId, type UserId } from '@grantd/domain'

/**
 * Which name a client knows a person by (OIDC Core §8): the account's id, or for pairwise clients one
 * that no other sector can match. Nothing is stored, so no table can leak who is who; the names hold
 * as long as the encryption key does.
 */
export class Subjects {
  readonly #key: Buffer

  constructor(ports: { readonly encryptionKey: Uint8Array }) {
    this.#key = Buffer.from(hkdfSync('sha256', ports.encryptionKey, '', 'grantd subjects v1', 32))
  }

  of(client: Client, userId: UserId): string {
    if (client.metadata.subject_type !== 'pairwise') return userId
    return this.#mac('pairwise subject', sectorOf(client), userId)
  }

  /** The `sid` of a session for one client; another for each, so that clients cannot compare notes. */
  sid(client: Client, sessionId: SessionId): string {
    return this.#mac('sid', client.id, sessionId)
  }

  #mac(...fields: readonly string[]): string {
    // JSON keeps the fields apart: no two different lists of fields have one text.
    return createHmac('sha256', this.#key).update(JSON.stringify(fields)).digest('base64url')
  }
}

/** OIDC Core §8.1: the host of the sector identifier, else of the redirect URIs, which then share one. */
export function sectorOf(client: Pick<Client, 'metadata' | 'redirectUris' | 'id'>): string {
  const uri = client.metadata.sector_identifier_uri
  if (uri !== undefined) return new URL(uri).host
  const [first] = client.redirectUris
  if (first === undefined) return client.id
  const { origin, isCustomScheme } = redirectTarget(first)
  return isCustomScheme ? origin : new URL(origin).host
}
