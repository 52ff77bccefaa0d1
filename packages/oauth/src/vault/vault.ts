import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '@grantd/domain'
import { KeyError } from '../keys/key-error.ts'

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Keeps the few secrets that must be read again, such as those of `client_secret_jwt`: sealed with
 * AES-256-GCM under the encryption key, each bound to what it is for and whose it is.
 */
export class Vault {
  readonly #encryptionKey: Uint8Array
  readonly #random: Random

  constructor(ports: { readonly encryptionKey: Uint8Array; readonly random: Random }) {
    this.#encryptionKey = ports.encryptionKey
    this.#random = ports.random
  }

  seal(text: string, purpose: string, owner: string): string {
    const iv = Buffer.alloc(IV_BYTES)
    this.#random.fill(iv, 0, IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#subkey(purpose, owner), iv)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `${VERSION}.${iv.toString('base64url')}.${sealed.toString('base64url')}`
  }

  /** `undefined` when the encryption key is another one, or the text was made for something else. */
  open(sealed: string, purpose: string, owner: string): string | undefined {
    const [version, iv, body, ...rest] = sealed.split('.')
    if (version !== VERSION || iv === undefined || body === undefined || rest.length > 0)
      return undefined
    const bytes = Buffer.from(body, 'base64url')
    const key = this.#subkey(purpose, owner)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      const plain = decipher.update(bytes.subarray(0, -TAG_BYTES))
      return Buffer.concat([plain, decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }

  // A subkey per owner: the text opens nowhere else, and no key seals often enough to repeat an IV.
  #subkey(purpose: string, owner: string): Buffer {
    if (this.#encryptionKey.length !== 32)
      throw new KeyError(
        'E_KEYS_SETTING',
        'set secrets.encryption_key (OAUTH2_ENCRYPTION_KEY) first',
      )
    const info = `grantd vault v1\n${purpose}`
    return Buffer.from(hkdfSync('sha256', this.#encryptionKey, owner, info, 32))
  }
}
