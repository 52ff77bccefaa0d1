// Owns: which secret is used for what, and where it comes from: a setting, else the data folder.
import { hkdfSync } from 'node:crypto'
import type { Mode } from './config/mode.ts'
import type { Settings } from './config/settings.ts'
import {
  keepEncryptionKey,
  keepJwtSecret,
  readEncryptionKey,
  readJwtSecret,
} from './data-folder.ts'
import { StartError } from './start-error.ts'

/** The key that seals signing keys, when there is one; creates nothing. */
export function findEncryptionKey(settings: Settings): Buffer | undefined {
  const given = settings.secrets.encryption_key
  if (given === undefined) return readEncryptionKey(settings.data.dir)
  return given.length === 64 ? Buffer.from(given, 'hex') : Buffer.from(given, 'base64url')
}

/** The same for a server: development mode makes one. Throws `E_SECRET_MISSING`. */
export function encryptionKeyOf(settings: Settings, mode: Mode): Buffer {
  const found = findEncryptionKey(settings)
  if (found !== undefined) return found
  if (makesSecrets(settings, mode)) return keepEncryptionKey(settings.data.dir)
  throw encryptionKeyMissing()
}

export function encryptionKeyMissing(): StartError {
  return new StartError(
    'E_SECRET_MISSING',
    'there is no key to seal the signing keys with',
    'set OAUTH2_ENCRYPTION_KEY to the output of "openssl rand -hex 32" and keep it with your backups',
  )
}

/** The secret of HS256 when an algorithm needs one; `serve` without it has failed in the configuration. */
export function hmacSecretOf(settings: Settings, mode: Mode): Buffer | undefined {
  const { secret, algorithm, id_token_algorithm } = settings.jwt
  if (secret !== undefined) return Buffer.from(secret)
  if (algorithm !== 'HS256' && id_token_algorithm !== 'HS256') return undefined
  const { dir } = settings.data
  return makesSecrets(settings, mode) ? keepJwtSecret(dir) : readJwtSecret(dir)
}

/** At least 32 bytes that bind forms to browsers. */
export function sessionKeyOf(settings: Settings, encryptionKey: Buffer): Buffer {
  if (settings.session.key !== undefined) return Buffer.from(settings.session.key, 'hex')
  return Buffer.from(hkdfSync('sha256', encryptionKey, '', 'grantd session key v1', 64))
}

function makesSecrets(settings: Settings, mode: Mode): boolean {
  return mode === 'dev' || (mode === 'serve' && settings.allow_insecure_defaults)
}
