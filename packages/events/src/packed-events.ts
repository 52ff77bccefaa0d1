import type { EventEnvelope } from '@grantd/domain'

/**
 * Events that will wait for a while, as bytes outside the heap: the garbage collector goes through
 * every object that waits, and ten thousand events are some hundred thousand of them.
 */
export class PackedEvents {
  readonly length: number
  readonly #json: Buffer

  constructor(events: readonly EventEnvelope[]) {
    this.length = events.length
    const json = JSON.stringify(events)
    // Not from the pool of small buffers: one that waits would keep 64 KB of it, used up by others.
    this.#json = Buffer.allocUnsafeSlow(Buffer.byteLength(json))
    this.#json.write(json)
  }

  unpack(): readonly EventEnvelope[] {
    return JSON.parse(this.#json.toString()) as EventEnvelope[] // packed above
  }
}

export type EventGroup = readonly EventEnvelope[] | PackedEvents

/** The events of all groups in their order, `size` at a time; a group is unpacked when its turn comes. */
export function* inBatches(
  groups: Iterable<EventGroup>,
  size: number,
): Generator<readonly EventEnvelope[]> {
  let next: EventEnvelope[] = []
  for (const group of groups) {
    for (const event of group instanceof PackedEvents ? group.unpack() : group) {
      next.push(event)
      if (next.length < size) continue
      yield next
      next = []
    }
  }
  if (next.length > 0) yield next
}
