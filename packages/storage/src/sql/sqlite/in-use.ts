import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { openError, sqliteCode } from './errors.ts'
import { parseSqliteUrl } from './url.ts'

const BUSY = 5

/**
 * A connection holds a shared lock on the file for as long as it is open, so an exclusive one is
 * refused. It is given back at once and nothing is written.
 */
export function isSqliteInUse(url: string): boolean {
  const { path } = parseSqliteUrl(url)
  if (!existsSync(path)) return false
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK')
    return false
  } catch (error) {
    if ((sqliteCode(error) & 0xff) === BUSY) return true
    throw openError(path, error)
  } finally {
    database.close()
  }
}
