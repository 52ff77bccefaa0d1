import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * One look at the file for all reads that follow each other without anything happening in between: SQLite
 * takes and gives back its locks for every statement that stands alone, which costs more than a point
 * read. The look ends before the event loop goes on, so that nobody's commit, not even one of this very
 * process, can be acknowledged while it lasts: every read still sees all that was acknowledged before it.
 */
export class SharedLook {
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #end: StatementSync
  #isOpen = false

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
  }

  /** Call before each read. Throws what SQLite throws. */
  open(): void {
    if (this.#isOpen) return
    this.#begin.run()
    this.#isOpen = true
    // Runs when all promises that can go on have gone on, and before any other event.
    process.nextTick(this.#close)
  }

  /** For what was written past the writer thread, in the middle of a turn: the next read must see it. */
  end(): void {
    if (this.#isOpen) this.#close()
  }

  readonly #close = (): void => {
    this.#isOpen = false
    // A failed read may have ended it, and a stop has closed the file.
    if (this.#database.isOpen && this.#database.isTransaction) this.#end.run()
  }
}
