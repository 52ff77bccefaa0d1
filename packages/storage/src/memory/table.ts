/** Undoes one write. */
type Undo = () => void

/** Writes since the last `begin`, so that a refused unit leaves nothing behind. */
export class Journal {
  #undos: Undo[] = []

  begin(): void {
    this.#undos = []
  }

  record(undo: Undo): void {
    this.#undos.push(undo)
  }

  rollback(): void {
    for (const undo of this.#undos.reverse()) undo()
    this.#undos = []
  }
}

/** A map whose writes can be undone. Values are frozen copies: callers share nothing with it. */
export class Table<Value extends object> {
  readonly #rows = new Map<string, Value>()
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get(key: string): Value | undefined {
    return this.#rows.get(key)
  }

  put(key: string, value: Value): void {
    const before = this.#rows.get(key)
    this.#journal.record(() => {
      if (before === undefined) this.#rows.delete(key)
      else this.#rows.set(key, before)
    })
    this.#rows.set(key, frozenCopy(value))
  }

  delete(key: string): boolean {
    const before = this.#rows.get(key)
    if (before === undefined) return false
    this.#journal.record(() => this.#rows.set(key, before))
    return this.#rows.delete(key)
  }

  /** A copy that later writes leave alone; values never change. */
  entries(): [string, Value][] {
    return [...this.#rows]
  }

  filter(isWanted: (value: Value) => boolean): [string, Value][] {
    return [...this.#rows].filter(([, value]) => isWanted(value))
  }

  /** Replaces every row that `isWanted` picks. */
  updateAll(isWanted: (value: Value) => boolean, update: (value: Value) => Value): void {
    for (const [key, value] of this.filter(isWanted)) this.put(key, update(value))
  }

  deleteAll(isWanted: (value: Value) => boolean): void {
    for (const [key] of this.filter(isWanted)) this.delete(key)
  }
}

function frozenCopy<Value extends object>(value: Value): Value {
  const fields = Object.entries(value).map(([name, field]) => [name, frozenField(field)])
  return Object.freeze(Object.fromEntries(fields)) as Value // the same fields, copied
}

function frozenField(field: unknown): unknown {
  if (Array.isArray(field)) return Object.freeze(field.map(frozenField))
  if (typeof field === 'object' && field !== null) return frozenCopy(field)
  return field
}
