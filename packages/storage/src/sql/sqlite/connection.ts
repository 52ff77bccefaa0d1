import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { openError, sqliteCode } from './errors.ts'
import type { SqliteLocation } from './url.ts'

const BUSY = 5
const READ_TIMEOUT_MS = 250

/**
 * Opens for writing: write-ahead log and an fsync for every commit. Throws StorageError naming the
 * path.
 */
export function openForWriting(location: SqliteLocation, busyTimeoutMs: number): DatabaseSync {
  const { path, mode } = location
  try {
    if (mode === 'rw' && !existsSync(path))
      throw new Error('no such file, and mode=rw creates none')
    if (mode === 'rwc') createPrivate(path)
    // SQLite would open it for reading, and every write would fail later without naming the file.
    requireWritable(path)
    const database = new DatabaseSync(path, {
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: false,
    })
    try {
      useWriteAheadLog(database, busyTimeoutMs)
      // On macOS a plain fsync leaves data in the drive's cache; elsewhere fullfsync changes nothing.
      database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON')
      return database
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw openError(path, error)
  }
}

/** Opens for point reads on the calling thread. Throws StorageError naming the path. */
export function openForReading(path: string): DatabaseSync {
  try {
    if (!existsSync(path)) throw new Error('no such file')
    const database = new DatabaseSync(path, { readOnly: true, timeout: READ_TIMEOUT_MS })
    database.prepare('SELECT count(*) FROM sqlite_schema').get() // a file that is no database fails here
    return database
  } catch (error) {
    throw openError(path, error)
  }
}

/**
 * SQLite would make a file that everyone may read; the log takes over the mode of the file. Exclusive,
 * so that a file that is there is never opened: closing it again would drop the locks of this process.
 */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function requireWritable(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`this user may not write it (${code})`, { cause: error })
  }
}

/** SQLite does not wait on its own while another process is switching the journal mode. */
function useWriteAheadLog(database: DatabaseSync, busyTimeoutMs: number): void {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      const row = database.prepare('PRAGMA journal_mode = WAL').get()
      if (row?.journal_mode === 'wal') return
      throw new Error('its file system cannot share memory, which the write-ahead log needs')
    } catch (error) {
      if ((sqliteCode(error) & 0xff) !== BUSY || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
