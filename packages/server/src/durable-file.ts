// Owns: small private files that are whole or not there, also after a kill or a power cut.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

/**
 * Writes a new file, 0600; false, changing nothing, when there is one already. Processes that start at
 * once agree on the file of the fastest.
 */
export function createWhole(file: string, text: string): boolean {
  if (existsSync(file)) return false // also where nothing could be written
  const draft = writeDraft(file, text)
  try {
    putInPlace(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
  syncFolderOf(file)
  return true
}

/** Writes a file, 0600, in place of what was there. */
export function replaceWhole(file: string, text: string): void {
  renameSync(writeDraft(file, text), file)
  syncFolderOf(file)
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.${randomUUID()}.tmp`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  return draft
}

/** A link, unlike a rename, fails when the name is taken. Some file systems have none. */
function putInPlace(draft: string, file: string): void {
  try {
    linkSync(draft, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    copyFileSync(draft, file, constants.COPYFILE_EXCL)
  }
}

/** The name of a file is part of its folder. Windows opens no folders and needs no such sync. */
function syncFolderOf(file: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(path.dirname(file), 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
