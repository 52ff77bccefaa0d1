import { openForReading } from './connection.ts'
import { readError } from './errors.ts'
import { parseSqliteUrl } from './url.ts'

const MOST_REPORTS = 5

/**
 * Reads every page and compares it with the indexes' order (`PRAGMA quick_check`); a sentence per
 * problem found. Takes a second per gigabyte or so, and stops nobody. Throws StorageError when the
 * file cannot be opened.
 */
export function findSqliteDamage(url: string): readonly string[] {
  const database = openForReading(parseSqliteUrl(url).path)
  try {
    const rows = database.prepare(`PRAGMA quick_check(${MOST_REPORTS})`).all()
    return rows.map((row) => String(row.quick_check)).filter((text) => text !== 'ok')
  } catch (error) {
    const failure = readError(error)
    // Damage that stops the check itself is damage found.
    if (failure.kind === 'corrupt' && error instanceof Error) return [error.message]
    throw failure
  } finally {
    database.close()
  }
}
