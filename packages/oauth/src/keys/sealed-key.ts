import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { KeyId, Random } from '@grantd/domain'
import { KeyError } from './key-error.ts'

const VERSION = 'v1'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals a private key (PKCS #8) with AES-256-GCM for storage: `v1.<iv>.<ciphertext and tag>`. Each
 * kid has its own subkey, so no subkey seals twice and random IVs never come near their birthday
 * bound. Throws `E_KEYS_SETTING` unless the encryption key has 32 bytes.
 */
export function sealKey(
  privateKey: KeyObject,
  kid: KeyId,
  seal: { encryptionKey: Uint8Array; random: Random },
): string {
  const iv = Buffer.alloc(IV_BYTES)
  seal.random.fill(iv, 0, IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', subkey(seal.encryptionKey, kid), iv)
  cipher.setAAD(boundTo(kid))
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' })
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  plain.fill(0)
  return `${VERSION}.${iv.toString('base64url')}.${sealed.toString('base64url')}`
}

/**
 * Opens what `sealKey` made. Throws `E_KEYS_SEALED` when the encryption key is another one, when
 * the text was changed, or when it was moved to another kid.
 */
export function unsealKey(sealed: string, kid: KeyId, encryptionKey: Uint8Array): KeyObject {
  const key = subkey(encryptionKey, kid)
  try {
    const [version, iv, body, ...rest] = sealed.split('.')
    if (version !== VERSION || iv === undefined || body === undefined || rest.length > 0) {
      throw new Error('not a sealed key')
    }
    const bytes = Buffer.from(body, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(boundTo(kid))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])
    const opened = createPrivateKey({ key: plain, type: 'pkcs8', format: 'der' })
    plain.fill(0)
    return opened
  } catch (cause) {
    throw new KeyError(
      'E_KEYS_SEALED',
      `signing key ${kid} does not open: secrets.encryption_key (OAUTH2_ENCRYPTION_KEY) is not the ` +
        'key it was stored under. Restore the former value; a new value cannot read old keys.',
      { cause },
    )
  }
}

function subkey(encryptionKey: Uint8Array, kid: KeyId): Buffer {
  if (encryptionKey.length !== KEY_BYTES) {
    throw new KeyError(
      'E_KEYS_SETTING',
      `secrets.encryption_key (OAUTH2_ENCRYPTION_KEY) must be ${KEY_BYTES} bytes`,
    )
  }
  return Buffer.from(hkdfSync('sha256', encryptionKey, kid, 'grantd signing_keys v1', KEY_BYTES))
}

// Binds the ciphertext to its table and row: a sealed key copied to another row does not open.
function boundTo(kid: KeyId): Buffer {
  return Buffer.from(`signing_keys\n${kid}`, 'utf8')
}
