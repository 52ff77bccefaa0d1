// Owns: what a metric is to the registry: a name, labels, and the values it has when it is read.
// Does not own: how a kind of metric counts (counter.ts, gauge.ts, histogram.ts).

/** How the values of several processes become one: counts add up, what all of them see does not. */
export type Merge = 'sum' | 'max' | 'min'

export interface Definition<Label extends string = never> {
  /** Without the prefix of the registry. */
  readonly name: string
  /** One sentence; the reference of metrics is made of it. */
  readonly help: string
  readonly labels?: readonly Label[]
  readonly merge?: Merge
  /** The name is not ours to prefix: it belongs to a convention. */
  readonly isConventional?: true
}

export interface Value {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Where it differs from the name of the family: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string
}

/** A family as it is read, sent between processes, and printed. */
export interface FamilySnapshot {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly aggregator: Merge
  readonly values: readonly Value[]
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: FamilySnapshot['type']
  readonly labels: readonly string[]
  readonly merge: Merge
  values(): readonly Value[]
}

/** Series of one family; what would be one more is counted under the labels `other`. */
export const MOST_SERIES = 1_000
export const OTHER = 'other'

/**
 * The cells of a family by the values of its labels. A cell is looked up when something is bound or
 * rare; on the way of a request it is at hand already.
 */
export class Cells<Cell> {
  readonly #labels: readonly string[]
  readonly #create: () => Cell
  readonly #cells = new Map<string, { labels: Record<string, string>; cell: Cell }>()

  constructor(labels: readonly string[], create: () => Cell) {
    this.#labels = labels
    this.#create = create
  }

  at(values: readonly string[]): Cell {
    const key = values.length === 1 ? (values[0] ?? '') : values.join('\u0000')
    const known = this.#cells.get(key)
    if (known !== undefined) return known.cell
    const isFull = this.#cells.size >= MOST_SERIES && values[0] !== OTHER
    if (isFull) return this.at(this.#labels.map(() => OTHER))
    const labels = Object.fromEntries(this.#labels.map((name, n) => [name, values[n] ?? '']))
    const cell = this.#create()
    this.#cells.set(key, { labels, cell })
    return cell
  }

  entries(): Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly cell: Cell }> {
    return this.#cells.values()
  }

  clear(): void {
    this.#cells.clear()
  }
}
