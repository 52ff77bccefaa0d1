// Owns: checks of the machine: Node, Argon2, data folder, secrets, disk, clock.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import path from 'node:path'
import { PRIVATE_FILES } from '../../data-folder.ts'
import { loadNative } from '../../password-hasher.ts'
import { findEncryptionKey } from '../../secrets.ts'
import { fail, ofSettings, ofStorage, ok, type Verdict, warn } from './finding.ts'

const MIB = 1_048_576
const LITTLE_DISK = 1_024 * MIB
const NO_DISK = 100 * MIB
/** A clock may have been corrected by this much since the newest row was written. */
const CLOCK_SLACK_SECONDS = 60
const OTHERS = 0o077

export function node(): Verdict {
  const [major = 0] = process.versions.node.split('.').map(Number)
  const detail = `${process.versions.node} on ${process.platform} ${process.arch}`
  return major >= 26 ? ok(detail) : warn(detail, 'run "npm ci", which brings Node 26')
}

export async function argon2(): Promise<Verdict> {
  try {
    await loadNative()
    return ok('the native package')
  } catch {
    return warn(
      'by Node itself: the native package does not load',
      'run "npm ci" on this machine; it works as it is, somewhat slower',
    )
  }
}

export const dataFolder = ofSettings(({ data }, _patient, { mode }) => {
  const { dir } = data
  if (!existsSync(dir)) {
    if (mode !== 'dev') return ok(`${dir} is not used`)
    const above = nearest(path.dirname(path.resolve(dir)))
    if (mayUse(above, constants.W_OK | constants.X_OK))
      return ok(`${dir} is made at the first start`)
    return fail(
      `${dir} cannot be made: this user may not write in ${above}`,
      'make that writable, or set OAUTH2_DATA_DIR',
    )
  }
  const mine = statSync(dir)
  if (!mine.isDirectory()) return fail(`${dir} is no folder`, 'name another with OAUTH2_DATA_DIR')
  if (!mayUse(dir, constants.R_OK | constants.W_OK | constants.X_OK)) {
    return fail(`this user may not write in ${dir}`, 'make it writable, or set OAUTH2_DATA_DIR')
  }
  if (isOpenToOthers(dir)) return warn(`others may look into ${dir}`, `chmod 700 ${dir}`)
  return ok(dir)
})

export const secrets = ofSettings((settings, { file: database }, { mode }) => {
  const { dir } = settings.data
  const files = PRIVATE_FILES.map((name) => path.join(dir, name)).filter((file) => existsSync(file))
  const open = files.filter(isOpenToOthers)
  if (open.length > 0)
    return fail(`others may read ${open.join(', ')}`, `chmod 600 ${open.join(' ')}`)
  if (findEncryptionKey(settings) === undefined && mode !== 'dev') {
    return fail(
      'there is no key to seal the signing keys with',
      'set OAUTH2_ENCRYPTION_KEY to the output of "openssl rand -hex 32"',
    )
  }
  if (database !== undefined && existsSync(database) && isOpenToOthers(database)) {
    return warn(`others may read ${database}`, `chmod 600 ${database}*`)
  }
  const given = settings.secrets.encryption_key !== undefined && 'encryption key from the settings'
  return ok(
    [given, files.length > 0 && `${files.length} private file(s)`].filter(Boolean).join(', ') ||
      'made at the first start',
  )
})

export const disk = ofSettings(({ data }, { file }) => {
  const place = nearest(path.dirname(path.resolve(file ?? data.dir)))
  const { bavail, bsize } = statfsSync(place)
  const free = bavail * bsize
  const detail = `${Math.floor(free / MIB)} MiB free at ${place}`
  if (free < NO_DISK) return fail(detail, 'make room: a full disk stops every sign-in')
  return free < LITTLE_DISK ? warn(detail, 'make room before it is full') : ok(detail)
})

/** Tokens are judged by this clock; the newest audit record is the latest moment known for sure. */
export const clock = ofStorage(async (storage) => {
  const [newest] = await storage.audit.list({ limit: 1 })
  const now = Math.floor(Date.now() / 1_000)
  const ahead = (newest?.createdAt ?? 0) - now
  if (ahead > CLOCK_SLACK_SECONDS) {
    return fail(
      `the clock is ${ahead} s behind the newest record of the database`,
      'set the clock (timedatectl set-ntp true), then restart the server',
    )
  }
  return ok(new Date(now * 1_000).toISOString().replace('.000Z', 'Z'))
})

function mayUse(file: string, mode: number): boolean {
  try {
    accessSync(file, mode)
    return true
  } catch {
    return false
  }
}

/** Windows has no such bits; its access lists are not looked at. */
function isOpenToOthers(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0
}

function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(path.dirname(folder))
}
