import { Cells, type Definition, type Family, type Value } from './family.ts'

/** A number that only grows. Adding to a cell at hand is one addition. */
export interface CounterCell {
  value: number
}

export class Counter<Label extends string = never> implements Family {
  readonly type = 'counter'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly merge = 'sum'
  readonly #cells: Cells<CounterCell>

  constructor({ name, help, labels = [] }: Definition<Label>) {
    this.name = name
    this.help = help
    this.labels = labels
    this.#cells = new Cells(labels, () => ({ value: 0 }))
    if (labels.length === 0) this.cell()
  }

  /** The cell of these label values, in the order of the labels; from then on it is in every scrape. */
  cell(...values: readonly string[]): CounterCell {
    return this.#cells.at(values)
  }

  values(): readonly Value[] {
    return Array.from(this.#cells.entries(), ({ labels, cell }) => ({ labels, value: cell.value }))
  }
}
