// Owns: the metrics of one process, and reading them all. Does not own: what they measure, how they
// are printed (exposition.ts). Start here: `MetricRegistry`.
import { Counter } from './counter.ts'
import type { Definition, Family, FamilySnapshot, Value } from './family.ts'
import { Gauge } from './gauge.ts'
import { Histogram } from './histogram.ts'

/** A family whose values are worked out when it is read: of what is counted elsewhere anyway. */
export interface DerivedDefinition<Label extends string> extends Definition<Label> {
  readonly type: FamilySnapshot['type']
  /** `name` is the full one. */
  read(name: string): readonly Value[]
}

/** What an entry of the reference says. */
export type Described = Pick<Family, 'name' | 'help' | 'type' | 'labels'>

export class MetricRegistry {
  readonly #prefix: string
  readonly #families = new Map<string, Family>()
  readonly #updates: (() => Promise<void> | void)[] = []
  #reading: Promise<readonly FamilySnapshot[]> | undefined

  /** `prefix` goes before every name but those of conventions. */
  constructor(prefix: string) {
    this.#prefix = prefix
  }

  counter<Label extends string = never>(definition: Definition<Label>): Counter<Label> {
    return this.#add(new Counter(this.#named(definition)))
  }

  gauge<Label extends string = never>(definition: Definition<Label>): Gauge<Label> {
    return this.#add(new Gauge(this.#named(definition)))
  }

  histogram<Label extends string = never>(
    definition: Definition<Label>,
    bounds?: readonly number[],
  ): Histogram<Label> {
    return this.#add(new Histogram(this.#named(definition), bounds))
  }

  derived<Label extends string = never>(definition: DerivedDefinition<Label>): void {
    const { name, help, labels = [], merge = 'sum' } = this.#named(definition)
    const { type, read } = definition
    this.#add({ name, help, type, labels, merge, values: () => read(name) })
  }

  /** Called before each reading, for values that are there to be asked for. Must not fail: see `read`. */
  beforeReading(update: () => Promise<void> | void): void {
    this.#updates.push(update)
  }

  /**
   * All families as they are now. Readings at the same time are one. An update that fails leaves its
   * metrics as they were: a scrape in trouble is worth more than none.
   */
  read(): Promise<readonly FamilySnapshot[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  /** All families, in the order in which they were made. */
  describe(): readonly Described[] {
    return [...this.#families.values()].map(({ name, help, type, labels }) => ({
      name,
      help,
      type,
      labels,
    }))
  }

  async #read(): Promise<readonly FamilySnapshot[]> {
    await Promise.allSettled(this.#updates.map(async (update) => update()))
    return Array.from(this.#families.values(), (family) => ({
      name: family.name,
      help: family.help,
      type: family.type,
      aggregator: family.merge,
      values: family.values(),
    }))
  }

  #named<Label extends string>(definition: Definition<Label>): Definition<Label> {
    if (definition.isConventional) return definition
    return { ...definition, name: `${this.#prefix}${definition.name}` }
  }

  #add<One extends Family>(family: One): One {
    if (this.#families.has(family.name))
      throw new RangeError(`there is already a metric named ${family.name}`)
    this.#families.set(family.name, family)
    return family
  }
}
