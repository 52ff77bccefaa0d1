// Owns: the data folder: secrets that must survive a restart, each 0600, and small files beside them.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createWhole, replaceWhole } from './durable-file.ts'
import { StartError } from './start-error.ts'

const KEY_FILE = 'encryption.key'
const JWT_SECRET_FILE = 'jwt.secret'
/** Files of the folder that nobody else may read. */
export const PRIVATE_FILES = [KEY_FILE, JWT_SECRET_FILE, 'demo.json', 'conformance.json'] as const

/** The key kept in the data folder, or `undefined` when there is none. */
export function readEncryptionKey(folder: string): Buffer | undefined {
  const file = path.join(folder, KEY_FILE)
  if (!existsSync(file)) return undefined
  const key = Buffer.from(readPrivateFile(file), 'hex')
  if (key.length === 32) return key
  throw new StartError(
    'E_DATA_KEY',
    `${file} does not hold 64 hex digits`,
    'restore the file from a backup; without it the signing keys in the database cannot be opened',
  )
}

/** The same, made at the first call. */
export function keepEncryptionKey(folder: string): Buffer {
  const make = () => `${randomBytes(32).toString('hex')}\n`
  return keep(folder, KEY_FILE, make, () => readEncryptionKey(folder))
}

/** The secret of HS256 kept in the data folder, or `undefined` when there is none. */
export function readJwtSecret(folder: string): Buffer | undefined {
  const file = path.join(folder, JWT_SECRET_FILE)
  if (!existsSync(file)) return undefined
  const secret = readPrivateFile(file)
  if (secret.length >= 32) return Buffer.from(secret)
  throw new StartError(
    'E_DATA_KEY',
    `${file} holds fewer than 32 characters`,
    'remove the file to get a new secret; tokens signed with the former one are then refused',
  )
}

/** The same, made at the first call. */
export function keepJwtSecret(folder: string): Buffer {
  const make = () => `${randomBytes(48).toString('base64url')}\n`
  return keep(folder, JWT_SECRET_FILE, make, () => readJwtSecret(folder))
}

/** Makes the folder (0700) with a .gitignore; keeps what is there. */
export function prepareDataFolder(folder: string): void {
  usingFolder(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    createWhole(path.join(folder, '.gitignore'), '*\n')
  })
}

export function readJsonFile<Value>(folder: string, name: string): Value | undefined {
  const file = path.join(folder, name)
  if (!existsSync(file)) return undefined
  const text = readPrivateFile(file)
  try {
    return JSON.parse(text) as Value // written by writeJsonFile alone
  } catch {
    throw new StartError('E_DATA_FILE', `${file} is not valid JSON`, 'remove it and start again')
  }
}

export function writeJsonFile(folder: string, name: string, value: object): void {
  replaceWhole(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`)
}

export function removeFile(folder: string, name: string): void {
  rmSync(path.join(folder, name), { force: true })
}

function readPrivateFile(file: string): string {
  return usingFolder(path.dirname(file), () => readFileSync(file, 'utf8').trim())
}

function keep(
  folder: string,
  name: string,
  make: () => string,
  read: () => Buffer | undefined,
): Buffer {
  prepareDataFolder(folder)
  usingFolder(folder, () => {
    if (read() === undefined) createWhole(path.join(folder, name), make())
  })
  const secret = read()
  if (secret !== undefined) return secret
  throw new StartError('E_DATA_FOLDER', `${name} vanished from ${folder}`, 'start again')
}

function usingFolder<Result>(folder: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(
      'E_DATA_FOLDER',
      `the data folder ${folder} cannot be used: ${(error as Error).message}`,
      'make it readable and writable for this user, or name another with OAUTH2_DATA_DIR',
    )
  }
}
