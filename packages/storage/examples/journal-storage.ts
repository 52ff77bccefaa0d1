// An adapter of one's own: everything in memory, every acknowledged unit as a line of a file. It passes
// the conformance suite; docs/guide/custom-storage.md tells its parts. One process, one file.
import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type Change, type EpochSeconds, StorageError } from '@grantd/domain'
import { type OpenedStorage, openStorage } from '@grantd/storage'

type Line =
  | { readonly unit: readonly Change[] }
  | { readonly erase: true }
  | { readonly purge: { readonly at: EpochSeconds; readonly limit: number } }

export async function openJournal(path: string): Promise<OpenedStorage> {
  const memory = await openStorage('memory:')
  const file = openSync(path, 'a+', 0o600)
  for (const line of acknowledged(path, file)) {
    if ('unit' in line) await memory.commit(line.unit)
    else if ('erase' in line) await memory.erase()
    else await memory.purgeExpired(line.purge.at, line.purge.limit)
  }
  let failure: unknown
  let isOpen = true

  const requireSound = () => {
    if (failure === undefined) return
    throw new StorageError('unavailable', { message: 'the journal is broken', cause: failure })
  }
  const write = (line: Line) => {
    try {
      writeSync(file, `${JSON.stringify(line)}\n`)
      fdatasyncSync(file) // acknowledged means durable
    } catch (error) {
      failure = error // memory is ahead of the file now: nothing may be read from it any more
      throw new StorageError('unknown', { cause: error })
    }
  }

  return {
    ...memory,
    commit: async (changes) => {
      requireSound()
      const result = await memory.commit(changes) // judges the guards
      if (result.outcome === 'committed' && changes.length > 0) write({ unit: changes })
      return result
    },
    purgeExpired: async (at, limit) => {
      requireSound()
      const deleted = await memory.purgeExpired(at, limit)
      if (deleted > 0) write({ purge: { at, limit } })
      return deleted
    },
    erase: async () => {
      requireSound()
      await memory.erase()
      write({ erase: true })
    },
    ping: async () => {
      requireSound()
      await memory.ping()
    },
    close: async () => {
      if (isOpen) closeSync(file)
      isOpen = false
      await memory.close()
    },
  }
}

/** The lines of a former life. What has no line end was cut short by a crash and never acknowledged. */
function acknowledged(path: string, file: number): readonly Line[] {
  const text = readFileSync(path, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) ftruncateSync(file, Buffer.byteLength(text.slice(0, end)))
  const lines = text.slice(0, end).split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Line) // written by `write`
}
