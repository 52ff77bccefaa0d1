import { Chain } from './chain.ts'
import { LaneTable } from './lane-table.ts'
import type { Message, Method } from './message.ts'

/** The messages of one key, handled strictly one after another. Lives while it has something to do. */
export class Lane {
  readonly key: string
  readonly messages: Chain<Message> = new Chain()
  busy = false
  /** The chain that holds this lane while it waits for its turn. */
  home: Chain<Lane> | undefined = undefined
  before: Lane | undefined = undefined
  after: Lane | undefined = undefined
  /** The next one in its place of the table. */
  nextInBucket: Lane | undefined = undefined

  constructor(key: string) {
    this.key = key
  }
}

/** Lanes whose next message waits for a batch call to become possible. */
interface Parking {
  running: number
  isOpen: boolean
  isTurnAsked: boolean
  readonly lanes: Chain<Lane>
}

/** How the lanes of a mailbox are made: one for all messages, one per key, or one per message. */
export type Order = 'single' | 'keyed' | 'none'

/**
 * The waiting messages of one shard. It decides what may be handled next, never when: a lane that
 * `next` gave a message of is busy until `release`. The caller keeps the bound.
 */
export class Mailbox {
  waiting = 0
  readonly #order: Order
  readonly #single = new Lane('')
  readonly #keyed = new LaneTable()
  readonly #ready = new Chain<Lane>()
  readonly #parkings = new Map<Method, Parking>()
  readonly #askTurn: (method: Method) => void

  /** `askTurn` must call `openBatch(method)` at the end of the event-loop turn. */
  constructor(order: Order, askTurn: (method: Method) => void) {
    this.#order = order
    this.#askTurn = askTurn
  }

  get hasReady(): boolean {
    return this.#ready.first !== undefined
  }

  /** Keys with something waiting or in progress. */
  get activeKeys(): number {
    return this.#keyed.size
  }

  add(message: Message): void {
    const lane = this.#laneOf(message.key)
    message.lane = lane
    lane.messages.push(message)
    this.waiting++
    if (!lane.busy && !lane.home) this.#moveTo(this.#ready, lane)
  }

  /** Takes a message that may be handled now, or tells that there is none. */
  next(): Message | undefined {
    for (let lane = this.#ready.first; lane; lane = this.#ready.first) {
      const message = lane.messages.first
      this.#ready.remove(lane)
      lane.home = undefined
      if (!message) continue
      if (message.method.batch && !this.#mayBatch(message.method)) {
        this.#moveTo(this.#parkingOf(message.method).lanes, lane)
        continue
      }
      lane.busy = true
      this.#take(lane, message)
      return message
    }
    return undefined
  }

  /**
   * Takes what may join the batch call that `first` opens, `first` included: the messages of the
   * same method at the head of its lane and of every other lane that may go. Each lane's order
   * holds, since nothing is taken past a message of another method. Ends with `endBatch`.
   */
  gather(first: Message): Message[] {
    const { method, lane } = first
    const max = method.batch?.max ?? 1
    const messages = [first]
    if (lane) this.#takeRun(lane, method, max, messages)
    let other = this.#ready.first
    while (other && messages.length < max) {
      const following = other.after
      if (other.messages.first?.method === method) {
        this.#ready.remove(other)
        other.home = undefined
        other.busy = true
        this.#takeRun(other, method, max, messages)
      }
      other = following
    }
    const parking = this.#parkingOf(method)
    parking.running++
    parking.isOpen = false
    return messages
  }

  /** A batch call settled: what gathered meanwhile may go at once. */
  endBatch(method: Method): void {
    const parking = this.#parkingOf(method)
    parking.running--
    if (parking.lanes.first) this.openBatch(method)
  }

  openBatch(method: Method): void {
    const parking = this.#parkingOf(method)
    parking.isTurnAsked = false
    parking.isOpen = parking.lanes.first !== undefined
    for (let lane = parking.lanes.first; lane; lane = parking.lanes.first) {
      parking.lanes.remove(lane)
      this.#moveTo(this.#ready, lane)
    }
  }

  /** The message in progress in `lane` settled; the next one of its key may go. */
  release(lane: Lane): void {
    lane.busy = false
    if (lane.messages.first) this.#moveTo(this.#ready, lane)
    else this.#forget(lane)
  }

  /** Takes out a message that is still waiting. */
  remove(message: Message): void {
    const lane = message.lane
    if (!lane) return
    this.#take(lane, message)
    if (lane.messages.first || lane.busy) return
    lane.home?.remove(lane)
    lane.home = undefined
    this.#forget(lane)
  }

  /** Every waiting message, each key's in order. */
  *all(): Generator<Message> {
    for (const lane of this.#lanes()) {
      let message = lane.messages.first
      while (message) {
        const following: Message | undefined = message.after
        yield message
        message = following
      }
    }
  }

  /** When the message that waits longest was accepted. */
  oldest(): number | undefined {
    let oldest: number | undefined
    for (const lane of this.#lanes()) {
      const at = lane.messages.first?.enqueuedAt
      if (at !== undefined && (oldest === undefined || at < oldest)) oldest = at
    }
    return oldest
  }

  *#lanes(): Generator<Lane> {
    if (this.#order === 'single') yield this.#single
    if (this.#order === 'keyed') yield* [...this.#keyed.values()]
    if (this.#order !== 'none') return
    const chains = [this.#ready, ...[...this.#parkings.values()].map((parking) => parking.lanes)]
    for (const chain of chains) {
      let lane = chain.first
      while (lane) {
        const following: Lane | undefined = lane.after
        yield lane
        lane = following
      }
    }
  }

  #laneOf(key: string): Lane {
    if (this.#order === 'single') return this.#single
    if (this.#order === 'none') return new Lane(key)
    let lane = this.#keyed.get(key)
    if (!lane) {
      lane = new Lane(key)
      this.#keyed.add(lane)
    }
    return lane
  }

  #forget(lane: Lane): void {
    if (this.#order === 'keyed') this.#keyed.delete(lane)
  }

  #moveTo(chain: Chain<Lane>, lane: Lane): void {
    lane.home = chain
    chain.push(lane)
  }

  #take(lane: Lane, message: Message): void {
    lane.messages.remove(message)
    this.waiting--
  }

  #takeRun(lane: Lane, method: Method, max: number, into: Message[]): void {
    let message = lane.messages.first
    while (message?.method === method && into.length < max) {
      this.#take(lane, message)
      into.push(message)
      message = lane.messages.first
    }
  }

  #parkingOf(method: Method): Parking {
    let parking = this.#parkings.get(method)
    if (!parking) {
      parking = { running: 0, isOpen: false, isTurnAsked: false, lanes: new Chain() }
      this.#parkings.set(method, parking)
    }
    return parking
  }

  #mayBatch(method: Method): boolean {
    const { batch } = method
    if (!batch) return true
    const parking = this.#parkingOf(method)
    if (parking.running >= batch.inFlight) return false
    if (batch.gather === 'burst' || parking.isOpen) return true
    if (!parking.isTurnAsked) {
      parking.isTurnAsked = true
      this.#askTurn(method)
    }
    return false
  }
}
