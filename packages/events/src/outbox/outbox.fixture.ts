import {
  type Change,
  EVENT_PRODUCER,
  type EventEnvelope,
  IdMaker,
  makeEvent,
  nowSeconds,
  type Storage,
  systemClock,
  systemRandom,
} from '@grantd/domain'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })

/** The `n`th event of a client. */
export function eventOf(key: string, n: number): EventEnvelope {
  const id = ids.next()
  return makeEvent(
    { type: 'token_created', clientId: key, metadata: { n: String(n) } },
    {
      id,
      nowMs: systemClock.nowMs(),
      producer: EVENT_PRODUCER,
      origin: { correlationId: id, source: 'task' },
    },
  )
}

export function appendOf(event: EventEnvelope): Change {
  const createdAt = nowSeconds(systemClock)
  const key = event.event.client_id ?? ''
  return { kind: 'outbox.append', event: { key, payload: JSON.stringify(event), createdAt } }
}

/** Appends events `from` to `to` of each key, in one unit per number. */
export async function appendAll(
  storage: Pick<Storage, 'commit'>,
  keys: readonly string[],
  from: number,
  to: number,
): Promise<void> {
  for (let n = from; n <= to; n++) {
    await storage.commit(keys.map((key) => appendOf(eventOf(key, n))))
  }
}

export const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)
