import { Cells, type Definition, type Family, type Value } from './family.ts'

/** Seconds; what the client libraries of Prometheus have by default. */
export const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Seconds; what the semantic conventions of OpenTelemetry advise for requests. */
export const LATENCY_CONVENTION_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const

/** Durations or sizes of one series, sorted into buckets. */
export class HistogramCell {
  readonly #bounds: readonly number[]
  /** One more than bounds: what is above them all. */
  readonly counts: Float64Array
  sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  record(value: number): void {
    const bounds = this.#bounds
    let bucket = 0
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++
    this.counts[bucket] = (this.counts[bucket] as number) + 1
    this.sum += value
  }

  get count(): number {
    let count = 0
    for (const one of this.counts) count += one
    return count
  }
}

export class Histogram<Label extends string = never> implements Family {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly merge = 'sum'
  readonly #bounds: readonly number[]
  readonly #cells: Cells<HistogramCell>

  constructor(
    { name, help, labels = [] }: Definition<Label>,
    bounds: readonly number[] = LATENCY_SECONDS,
  ) {
    this.name = name
    this.help = help
    this.labels = labels
    this.#bounds = bounds
    this.#cells = new Cells(labels, () => new HistogramCell(bounds))
    if (labels.length === 0) this.cell()
  }

  cell(...values: readonly string[]): HistogramCell {
    return this.#cells.at(values)
  }

  values(): readonly Value[] {
    return Array.from(this.#cells.entries()).flatMap(({ labels, cell }) =>
      histogramValues(this.name, labels, this.#bounds, {
        counts: cell.counts,
        bounds: this.#bounds,
        sum: cell.sum,
      }),
    )
  }
}

/** Counts as they were sorted, by bounds at least as fine as those they are shown by. */
export interface Sorted {
  readonly bounds: readonly number[]
  readonly counts: ArrayLike<number>
  readonly sum: number
}

/** The series of one histogram, cumulative as Prometheus wants them; `bounds` are among `sorted.bounds`. */
export function histogramValues(
  name: string,
  labels: Value['labels'],
  bounds: readonly number[],
  sorted: Sorted,
): Value[] {
  const values: Value[] = []
  let fine = 0
  let count = 0
  for (const bound of bounds) {
    for (; fine < sorted.bounds.length && (sorted.bounds[fine] as number) <= bound; fine++)
      count += sorted.counts[fine] ?? 0
    values.push({ metricName: `${name}_bucket`, labels: { ...labels, le: bound }, value: count })
  }
  for (; fine < sorted.counts.length; fine++) count += sorted.counts[fine] ?? 0
  values.push(
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sorted.sum },
    { metricName: `${name}_count`, labels, value: count },
  )
  return values
}

/** `counts` of several cells as one. */
export function addSorted(cells: Iterable<HistogramCell>, bounds: readonly number[]): Sorted {
  const counts = new Float64Array(bounds.length + 1)
  let sum = 0
  for (const cell of cells) {
    cell.counts.forEach((count, n) => {
      counts[n] = (counts[n] as number) + count
    })
    sum += cell.sum
  }
  return { bounds, counts, sum }
}
