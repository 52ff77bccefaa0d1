// Owns: the parts that protect this process, made from the settings, and what they say of themselves.
// Does not own: policies (@grantd/limits), metrics and pages that show it. Start here: `Resilience`.
import { CircuitBreaker, type CircuitSettings, type CircuitState } from '@grantd/limits'
import type { Log } from '@grantd/oauth'
import type { OpenedStorage } from '@grantd/storage'
import type { Settings } from '../config/settings.ts'
import type { Admission } from './admission.ts'
import { guardStorage } from './guard-storage.ts'
import { HostCircuits } from './host-circuits.ts'
import { StorageCircuit } from './storage-circuit.ts'

/** A circuit as others see it; the names are few and fixed. */
export interface CircuitView {
  readonly name: 'storage' | 'redis' | 'mail' | 'outbound'
  readonly state: CircuitState
  readonly trips: number
}

export interface BulkheadView {
  readonly name: string
  readonly most: number
  readonly inFlight: number
  /** Only password hashing has a queue. */
  readonly waiting?: number
  readonly rejected: number
}

/** Everything at one moment; counts are since the start of the process. */
export interface ResilienceView {
  readonly circuits: readonly CircuitView[]
  readonly bulkheads: readonly BulkheadView[]
  /** Of HTTP; absent when nobody is turned away for the number of all. */
  readonly requests:
    | {
        readonly inFlight: number
        /** What is let in at the moment, and what the settings allow. */
        readonly limit: number
        readonly most: number
        readonly rejected: number
      }
    | undefined
}

type Watched = { readonly state: CircuitState; readonly trips: number }

/** One per process. */
export class Resilience {
  readonly #settings: Settings['resilience']
  readonly #log: Log
  readonly #circuits: (readonly [CircuitView['name'], Watched])[] = []
  readonly #bulkheads: BulkheadView[] = []
  #admission: Admission | undefined

  constructor(settings: Settings['resilience'], log: Log) {
    this.#settings = settings
    this.#log = log
  }

  get isOn(): boolean {
    return this.#settings.enabled
  }

  /** `storage` behind its circuit, or as it is where circuits are off. */
  guardStorage(storage: OpenedStorage): OpenedStorage {
    const settings = this.#circuitSettings()
    if (settings === undefined) return storage
    const circuit = new StorageCircuit(storage, { ...settings, log: this.#log })
    this.watch('storage', circuit.breaker)
    return guardStorage(storage, circuit)
  }

  hostCircuits(): HostCircuits | undefined {
    const settings = this.#circuitSettings()
    return settings && this.watch('outbound', new HostCircuits(settings))
  }

  mailCircuit(): CircuitBreaker | undefined {
    const settings = this.#circuitSettings()
    const now = () => performance.now()
    return settings && this.watch('mail', new CircuitBreaker({ ...settings, now }))
  }

  /** Shows a circuit whose state is kept elsewhere, or here. */
  watch<Circuit extends Watched>(name: CircuitView['name'], circuit: Circuit): Circuit {
    this.#circuits.push([name, circuit])
    return circuit
  }

  watchBulkhead(bulkhead: BulkheadView): void {
    this.#bulkheads.push(bulkhead)
  }

  watchRequests(admission: Admission): void {
    this.#admission = admission
  }

  view(): ResilienceView {
    const admission = this.#admission
    const { back_pressure } = this.#settings
    return {
      circuits: this.#circuits.map(([name, { state, trips }]) => ({ name, state, trips })),
      bulkheads: [...(admission?.bulkheads ?? []), ...this.#bulkheads].map(bulkheadView),
      requests:
        admission === undefined || !back_pressure.enabled
          ? undefined
          : {
              inFlight: admission.gate.inFlight,
              limit: admission.gate.limit,
              most: back_pressure.max_concurrent,
              rejected: admission.gate.rejected,
            },
    }
  }

  #circuitSettings(): CircuitSettings | undefined {
    const { enabled, circuit_breaker: breaker } = this.#settings
    if (!enabled || !breaker.enabled) return undefined
    return {
      failureThreshold: breaker.failure_threshold,
      successThreshold: breaker.success_threshold,
      openMs: breaker.open_secs * 1_000,
      halfOpenMaxProbes: breaker.half_open_max_probes,
    }
  }
}

function bulkheadView({ name, most, inFlight, waiting, rejected }: BulkheadView): BulkheadView {
  return { name, most, inFlight, rejected, ...(waiting !== undefined && { waiting }) }
}
