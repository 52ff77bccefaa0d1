import { type Stats, statSync } from 'node:fs'

/**
 * The file that was opened, by its identity on the disk. A database that was deleted, or replaced by a
 * copy, stays open under its old name: what is written then is acknowledged and gone with the process.
 */
export class OpenedFile {
  readonly #path: string
  readonly #opened: Stats | undefined

  constructor(path: string) {
    this.#path = path
    this.#opened = statSync(path, { throwIfNoEntry: false })
  }

  /** What to tell an operator when the path no longer leads to the opened file; else `undefined`. */
  loss(): string | undefined {
    const now = statSync(this.#path, { throwIfNoEntry: false })
    if (now?.ino === this.#opened?.ino && now?.dev === this.#opened?.dev) return undefined
    const what = now === undefined ? 'was deleted or moved' : 'was replaced by another file'
    return `${this.#path} ${what} while it was open; put it back, or restart grantd`
  }
}
