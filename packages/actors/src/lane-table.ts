import type { Lane } from './mailbox.ts'
import { shardOf } from './shard-of.ts'

/** Prime, so that keys which agree in their shard spread all the same. */
const BUCKETS = 509

/**
 * The lanes of a mailbox by their key: buckets that are chains through the lanes themselves.
 *
 * Not a `Map`, for the sake of the garbage collector. A `Map` that is added to and deleted from all the time
 * moves into a new table every few hundred messages, and V8 has the old table point to the new one. As soon as one
 * of them got old enough for the old generation, each of its successors is kept for its sake, with
 * every message that was in it and whatever the message holds, until the next full collection.
 */
export class LaneTable {
  size = 0
  readonly #buckets: (Lane | undefined)[] = new Array(BUCKETS).fill(undefined)

  get(key: string): Lane | undefined {
    let lane = this.#buckets[shardOf(key, BUCKETS)]
    while (lane !== undefined && lane.key !== key) lane = lane.nextInBucket
    return lane
  }

  /** There must be no lane with its key. */
  add(lane: Lane): void {
    const bucket = shardOf(lane.key, BUCKETS)
    lane.nextInBucket = this.#buckets[bucket]
    this.#buckets[bucket] = lane
    this.size++
  }

  /** Does nothing when it is not in the table. */
  delete(lane: Lane): void {
    const bucket = shardOf(lane.key, BUCKETS)
    let before: Lane | undefined
    for (let each = this.#buckets[bucket]; each !== undefined; each = each.nextInBucket) {
      if (each !== lane) {
        before = each
        continue
      }
      if (before === undefined) this.#buckets[bucket] = lane.nextInBucket
      else before.nextInBucket = lane.nextInBucket
      lane.nextInBucket = undefined
      this.size--
      return
    }
  }

  *values(): Generator<Lane> {
    for (const first of this.#buckets) {
      for (let lane = first; lane !== undefined; lane = lane.nextInBucket) yield lane
    }
  }
}
