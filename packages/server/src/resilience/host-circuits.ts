import { CircuitBreaker, type CircuitSettings, type CircuitState } from '@grantd/limits'

/** Hosts that failed lately; the one that failed first makes room. */
const MOST_HOSTS = 1_000

/** Given back when the call has ended. */
export interface HostCall {
  readonly host: string
  readonly circuit: CircuitBreaker | undefined
  readonly ticket: number
}

/**
 * A circuit for each host that is called and fails. A host that works has none, so there are never
 * more than lately failed, and what one host does is nothing to the others.
 */
export class HostCircuits {
  readonly #settings: CircuitSettings
  readonly #now: () => number
  readonly #circuits = new Map<string, CircuitBreaker>()
  /** Of hosts that are not known any more. */
  #pastTrips = 0

  constructor(settings: CircuitSettings, now: () => number = () => performance.now()) {
    this.#settings = settings
    this.#now = now
  }

  /** The worst of all: an open one before one that is tried. */
  get state(): CircuitState {
    const states = new Set([...this.#circuits.values()].map(({ state }) => state))
    if (states.has('open')) return 'open'
    return states.has('half_open') ? 'half_open' : 'closed'
  }

  get trips(): number {
    let trips = this.#pastTrips
    for (const circuit of this.#circuits.values()) trips += circuit.trips
    return trips
  }

  /** Seconds until the host may be called, or the call that may be made now. */
  enter(host: string): HostCall | { readonly waitSeconds: number } {
    const circuit = this.#circuits.get(host)
    if (circuit === undefined) return { host, circuit, ticket: 0 }
    const ticket = circuit.tryEnter()
    if (ticket === 0) return { waitSeconds: Math.max(1, Math.ceil(circuit.waitMs / 1_000)) }
    return { host, circuit, ticket }
  }

  succeed({ host, circuit, ticket }: HostCall): void {
    if (circuit === undefined) return
    circuit.succeed(ticket)
    if (circuit.state === 'closed' && this.#circuits.get(host) === circuit) this.#forget(host)
  }

  fail({ host, circuit, ticket }: HostCall): void {
    if (circuit !== undefined) {
      circuit.fail(ticket)
      return
    }
    // Calls that began together find what the first of them has made.
    const made = this.#circuits.get(host) ?? this.#make(host)
    made.fail(made.tryEnter())
  }

  abandon({ circuit, ticket }: HostCall): void {
    circuit?.abandon(ticket)
  }

  #make(host: string): CircuitBreaker {
    const [oldest] = this.#circuits.keys()
    if (this.#circuits.size >= MOST_HOSTS && oldest !== undefined) this.#forget(oldest)
    const circuit = new CircuitBreaker({ ...this.#settings, now: this.#now })
    this.#circuits.set(host, circuit)
    return circuit
  }

  #forget(host: string): void {
    this.#pastTrips += this.#circuits.get(host)?.trips ?? 0
    this.#circuits.delete(host)
  }
}
