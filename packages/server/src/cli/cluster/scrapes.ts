// Owns: the metrics of several workers as one scrape. A scrape comes to one worker; it asks the primary,
// and the primary asks them all. Does not own: what is counted (metrics/), the workers (fleet.ts).
import type { Worker } from 'node:cluster'
import type { FamilySnapshot } from '@grantd/telemetry'
import type { Order, Report } from './talk.ts'

/** A worker that does not answer in this time is left out: the others' numbers are worth having. */
const PATIENCE_MS = 2_000

type Families = readonly FamilySnapshot[]

/** In the primary. */
export class FleetScrapes {
  readonly #workers: () => readonly Worker[]
  readonly #waiting = new Map<string, (families: Families) => void>()
  /** As each living worker last told, by its id. */
  readonly #last = new Map<number, Families>()
  /** Counts of those that have ended. */
  #ended: Families = []
  #ending: Promise<void> = Promise.resolve()
  #asked = 0
  /** Scrapes at the same time are one. */
  #exposing: Promise<string> | undefined

  constructor(workers: () => readonly Worker[]) {
    this.#workers = workers
  }

  /** True when the report was about metrics. */
  heard(worker: Worker, report: Report): boolean {
    if (report.report === 'metrics') {
      this.#waiting.get(`${report.id} ${worker.id}`)?.(report.families)
      return true
    }
    if (report.report !== 'scrape') return false
    const { id } = report
    this.#exposing ??= this.#expose().finally(() => {
      this.#exposing = undefined
    })
    void this.#exposing.then(
      (text) => tell(worker, { order: 'scraped', id, text }),
      () => tell(worker, { order: 'scraped', id, text: undefined }),
    )
    return true
  }

  /** What it had counted since the scrape before is lost; the rest stays in the sums. */
  ended(worker: Worker): void {
    const last = this.#last.get(worker.id)
    this.#last.delete(worker.id)
    if (last === undefined) return
    const add = async (): Promise<void> => {
      const { addEnded } = await import('@grantd/telemetry')
      this.#ended = await addEnded(this.#ended, last)
    }
    this.#ending = this.#ending.then(add).catch(() => undefined) // its counts are lost, the rest is not
  }

  async #expose(): Promise<string> {
    const id = ++this.#asked
    const workers = this.#workers()
    const answers = await Promise.all(workers.map((worker) => this.#ask(worker, id)))
    const { expose } = await import('@grantd/telemetry')
    await this.#ending
    const known = answers.flatMap(({ families }) => (families === undefined ? [] : [families]))
    const told = answers.filter(({ isTold }) => isTold).length
    return expose([this.#ended, ...known, [processesOf(told, workers.length)]])
  }

  async #ask(
    worker: Worker,
    id: number,
  ): Promise<{ readonly families: Families | undefined; readonly isTold: boolean }> {
    const key = `${id} ${worker.id}`
    const answer = Promise.withResolvers<Families | undefined>()
    const timer = setTimeout(answer.resolve, PATIENCE_MS, undefined)
    this.#waiting.set(key, answer.resolve)
    tell(worker, { order: 'metrics', id })
    const families = await answer.promise
    clearTimeout(timer)
    this.#waiting.delete(key)
    if (families !== undefined && !worker.isDead()) this.#last.set(worker.id, families)
    // One that is slow now has counted as much as before at least.
    return { families: families ?? this.#last.get(worker.id), isTold: families !== undefined }
  }
}

/** In a worker. */
export class WorkerScrapes {
  readonly #tell: (report: Report) => void
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>()
  #read: (() => Promise<Families>) | undefined
  #asked = 0

  constructor(tell: (report: Report) => void) {
    this.#tell = tell
  }

  /** From then on the primary is answered. */
  answerWith(read: () => Promise<Families>): void {
    this.#read = read
  }

  /** Resolves to the metrics of all workers; rejects when the primary cannot tell. */
  readonly expose = (): Promise<string> => {
    const id = ++this.#asked
    const answer = Promise.withResolvers<string>()
    this.#waiting.set(id, answer)
    const timer = setTimeout(
      () => answer.reject(new Error('the primary did not answer')),
      2 * PATIENCE_MS,
    )
    this.#tell({ report: 'scrape', id })
    return answer.promise.finally(() => {
      clearTimeout(timer)
      this.#waiting.delete(id)
    })
  }

  /** True when the order was about metrics. */
  heard(order: Order): boolean {
    if (order.order === 'scraped') {
      const answer = this.#waiting.get(order.id)
      if (order.text === undefined) answer?.reject(new Error('the metrics could not be added up'))
      else answer?.resolve(order.text)
      return true
    }
    if (order.order !== 'metrics') return false
    const { id } = order
    // Without an answer the primary goes on without this worker.
    void this.#read?.().then(
      (families) => this.#tell({ report: 'metrics', id, families }),
      () => undefined,
    )
    return true
  }
}

function tell(worker: Worker, order: Order): void {
  if (worker.isConnected()) worker.send(order)
}

/** How many told their numbers, of how many there are. */
function processesOf(told: number, all: number): FamilySnapshot {
  return {
    name: 'oauth2_server_workers',
    help: 'Worker processes by whether their numbers are in this scrape.',
    type: 'gauge',
    aggregator: 'sum',
    values: [
      { labels: { state: 'told' }, value: told },
      { labels: { state: 'silent' }, value: all - told },
    ],
  }
}
