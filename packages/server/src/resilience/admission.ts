// Owns: which requests are let in: the bound of all, the bounds of some paths, ranks.
// Does not own: what a refused one is told (http/). Start here: `Admission.placeOf`.
import { Bulkhead, ConcurrencyGate, Pace, Stay } from '@grantd/limits'
import type { Endpoint } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'
import { bulkheadOf } from '../config/shapes-resilience.ts'
import type { Door, Place } from '../http/hooks/admit.ts'
import { ONE_SEGMENT } from '../http/paths.ts'
import { LoopDelay } from './loop-delay.ts'
import { Pressure } from './pressure.ts'
import { LAST_QUICK, OTHER, RANKS, type Rank, rankOf, SHARES } from './ranks.ts'

const INTERVAL_MS = 100
/**
 * A refusal costs a third of a token, so a flood of them would leave nothing for those who are let in.
 * These six hundred a second cost a thirtieth of a processor; in a flood the others are told a little later, but
 * within 0.6 s: Retry-After asks them to wait longer than that anyway.
 */
const REFUSALS = { perTick: 6, tickMs: 10, longestMs: 600 }
const UNBOUNDED = Number.MAX_SAFE_INTEGER

interface Room {
  readonly prefix: string
  readonly bulkhead: Bulkhead
  /** By rank. */
  readonly places: readonly Place[]
}

/** The door of the listener: every request has a place by its path. */
export class Admission implements Door {
  readonly gate: ConcurrencyGate
  readonly bulkheads: readonly Bulkhead[]
  readonly #places: readonly Place[]
  readonly #rooms: readonly Room[]
  readonly #ranks: ReadonlyMap<string, Rank | undefined>
  readonly #delay: LoopDelay | undefined
  #stay: Stay | undefined
  #isExpecting = false
  #isPressed = false
  readonly #pace = new Pace(REFUSALS, () => performance.now())

  constructor(
    { back_pressure: bounds, bulkheads }: Settings['resilience'],
    endpoints: readonly Endpoint[],
  ) {
    const most = bounds.enabled ? bounds.max_concurrent : UNBOUNDED
    const gate = new ConcurrencyGate({ most, shares: SHARES })
    this.gate = gate
    this.#ranks = new Map(endpoints.map((endpoint) => [endpoint.path, rankOf(endpoint)]))
    this.#places = RANKS.map((_, rank) => this.#placeIn(gate, rank))
    this.#rooms = bulkheads.map(bulkheadOf).map(({ name, pathPrefix: prefix, maxConcurrent }) => {
      const bulkhead = new Bulkhead(name, maxConcurrent)
      return { prefix, bulkhead, places: this.#places.map((place) => inBoth(bulkhead, place)) }
    })
    this.bulkheads = this.#rooms.map(({ bulkhead }) => bulkhead)
    if (!bounds.enabled || !bounds.adaptive) return
    const pressure = new Pressure(most)
    const stay = new Stay(() => performance.now())
    this.#stay = stay
    let spent = performance.eventLoopUtilization()
    const begin = (): void => {
      spent = performance.eventLoopUtilization()
      stay.take()
      gate.takePeak()
      this.#isPressed = false
    }
    const end = (shortestMs: number): void => {
      const { utilization: busy } = performance.eventLoopUtilization(spent)
      const [stayMs, peak, isPressed] = [stay.take(), gate.takePeak(), this.#isPressed]
      gate.limit = pressure.limitAfter({ shortestMs, busy, stayMs, peak, isPressed })
    }
    this.#delay = new LoopDelay(INTERVAL_MS, { begin, end })
  }

  placeOf(path: string): Place | undefined {
    const rank = this.#rankOf(path)
    if (rank === undefined) return undefined
    this.#delay?.notice()
    return (this.#roomOf(path)?.places ?? this.#places)[rank]
  }

  refusal(): Promise<void> | undefined {
    return this.#pace.next()
  }

  #placeIn(gate: ConcurrencyGate, rank: Rank): Place {
    return {
      expect: () => (gate.expect(rank) ? this.#untilEndOfTurn() : this.#turnAway(rank)),
      tryEnter: () => {
        if (!gate.tryEnter(rank)) return false
        if (rank <= LAST_QUICK) this.#stay?.enter()
        return true
      },
      leave: () => {
        gate.leave(rank)
        if (rank <= LAST_QUICK) this.#stay?.leave()
      },
    }
  }

  /** Bodies that came with their heads are read by then, and their requests come in right after it. */
  #untilEndOfTurn(): true {
    if (!this.#isExpecting) setImmediate(this.#forget)
    this.#isExpecting = true
    return true
  }

  /** That sign-ins wait for their passwords to be hashed says nothing of the rest. */
  #turnAway(rank: Rank): false {
    if (rank <= LAST_QUICK) this.#isPressed = true
    return false
  }

  #forget = (): void => {
    this.#isExpecting = false
    this.gate.forgetExpected()
  }

  #rankOf(path: string): Rank | undefined {
    const ranks = this.#ranks
    const known = ranks.has(path) ? path : path.replace(ONE_SEGMENT, '/*')
    return ranks.has(known) ? ranks.get(known) : OTHER
  }

  #roomOf(path: string): Room | undefined {
    for (const room of this.#rooms) if (path.startsWith(room.prefix)) return room
    return undefined
  }
}

function inBoth(bulkhead: Bulkhead, place: Place): Place {
  return {
    expect: () => bulkhead.hasRoom() && place.expect(),
    tryEnter() {
      if (!bulkhead.tryEnter()) return false
      if (place.tryEnter()) return true
      bulkhead.leave()
      return false
    },
    leave() {
      place.leave()
      bulkhead.leave()
    },
  }
}
