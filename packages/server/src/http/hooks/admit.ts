import type { Hook } from './order.ts'

/** Where requests of one kind are counted while an endpoint works for them. */
export interface Place {
  /** Whether there will be room when its body is there; of many at once, no more hear yes than fit in. */
  expect(): boolean
  /** True: `leave` must be called once when the work is done. */
  tryEnter(): boolean
  leave(): void
}

/** Says where a request is counted; nowhere when it is never refused. */
export interface Door {
  placeOf(path: string): Place | undefined
  /** When to say no; `undefined` is now. */
  refusal(): Promise<void> | undefined
}

/** Before the body is read and anything is looked up: a refusal must cost next to nothing. */
export const admit: Hook = (exchange, { door, refuse }) => {
  if (door === undefined) return false
  const place = door.placeOf(exchange.path)
  if (place === undefined || place.expect()) {
    exchange.place = place
    return false
  }
  const wait = door.refusal()
  if (wait === undefined) refuse(exchange, 'overloaded')
  return wait?.then(() => refuse(exchange, 'overloaded')).then(() => true) ?? true
}
