import { Cells, type Definition, type Family, type Merge, type Value } from './family.ts'

/** A number that goes up and down. A gauge that was never set has no value: nothing is not zero. */
export class Gauge<Label extends string = never> implements Family {
  readonly type = 'gauge'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly merge: Merge
  readonly #cells: Cells<{ value: number }>

  constructor({ name, help, labels = [], merge = 'sum' }: Definition<Label>) {
    this.name = name
    this.help = help
    this.labels = labels
    this.merge = merge
    this.#cells = new Cells(labels, () => ({ value: 0 }))
  }

  set(value: number, ...labels: readonly string[]): void {
    this.#cells.at(labels).value = value
  }

  /** Forgets all values, before what is there now is set: what is gone must not be shown for ever. */
  clear(): void {
    this.#cells.clear()
  }

  values(): readonly Value[] {
    return Array.from(this.#cells.entries(), ({ labels, cell }) => ({ labels, value: cell.value }))
  }
}
