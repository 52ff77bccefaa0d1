import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StartError } from './start-error.ts'

/** Secrets that must survive a restart; each 0600 in the data folder. */
export interface StoredSecrets {
  readonly encryptionKey: Buffer
}

const KEY_FILE = 'encryption.key'

/** The key kept in the data folder, or `undefined` when there is none. */
export function readEncryptionKey(folder: string): Buffer | undefined {
  const file = path.join(folder, KEY_FILE)
  if (!existsSync(file)) return undefined
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
  if (key.length === 32) return key
  throw new StartError(
    'E_DATA_KEY',
    `${file} does not hold 64 hex digits`,
    'restore the file from a backup; without it the signing keys in the database cannot be opened',
  )
}

/** Makes the folder (0700) with a key and a .gitignore; keeps what is there. */
export function prepareDataFolder(folder: string): Buffer {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const existing = readEncryptionKey(folder)
    if (existing !== undefined) return existing
    const key = randomBytes(32)
    writeFileSync(path.join(folder, KEY_FILE), `${key.toString('hex')}\n`, {
      mode: 0o600,
      flag: 'wx',
    })
    writeFileSync(path.join(folder, '.gitignore'), '*\n')
    return key
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(
      'E_DATA_FOLDER',
      `the data folder ${folder} cannot be used: ${(error as Error).message}`,
      'make it writable, or name another with OAUTH2_DATA_DIR',
    )
  }
}

export function readJsonFile<Value>(folder: string, name: string): Value | undefined {
  const file = path.join(folder, name)
  if (!existsSync(file)) return undefined
  return JSON.parse(readFileSync(file, 'utf8')) as Value // written by writeJsonFile alone
}

export function writeJsonFile(folder: string, name: string, value: object): void {
  writeFileSync(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
}
