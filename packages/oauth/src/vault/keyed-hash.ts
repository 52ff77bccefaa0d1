import { createHmac, hkdfSync } from 'node:crypto'
import type { SecretHash } from '@grantd/domain'

/**
 * Hashes secrets that people type and that are too short for a bare hash: without the key, which is
 * not in the database, they cannot be guessed from it.
 */
export class KeyedHash {
  readonly #key: Buffer

  constructor(encryptionKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'grantd keyed hash v1', 32))
  }

  /** Bound to what it is for and whose it is: the same code of another person has another hash. */
  of(secret: string, purpose: string, owner: string): SecretHash {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([purpose, owner, secret]))
      .digest('base64url') as SecretHash
  }
}
