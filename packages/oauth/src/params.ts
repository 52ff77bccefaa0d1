/**
 * Request parameters after the one parser for query and form has run. Empty values are treated as
 * omitted (RFC 6749 §3.1); names are matched exactly, so `scope[$ne]` is merely an unknown name.
 */
export class Params {
  readonly #values: ReadonlyMap<string, readonly string[]>

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values
  }

  /** The value, or `undefined` when absent or empty. Refuse `duplicates` before trusting it. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** Names sent more than once; only `resource` may be (RFC 8707 §2). */
  get duplicates(): readonly string[] {
    const repeated: string[] = []
    for (const [name, values] of this.#values) {
      if (values.length > 1 && name !== 'resource') repeated.push(name)
    }
    return repeated
  }

  get names(): readonly string[] {
    return [...this.#values.keys()]
  }

  /** Name and value pairs in the order received. */
  *[Symbol.iterator](): IterableIterator<readonly [string, string]> {
    for (const [name, values] of this.#values) for (const value of values) yield [name, value]
  }

  /** The same parameters but one. */
  without(name: string): Params {
    return new Params(new Map([...this.#values].filter(([known]) => known !== name)))
  }

  static readonly empty: Params = new Params(new Map())

  static of(record: Readonly<Record<string, string | readonly string[] | undefined>>): Params {
    const values = new Map<string, readonly string[]>()
    for (const [name, value] of Object.entries(record)) {
      if (value === undefined || value === '' || value.length === 0) continue
      values.set(name, typeof value === 'string' ? [value] : value)
    }
    return new Params(values)
  }
}
