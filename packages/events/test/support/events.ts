import {
  EVENT_PRODUCER,
  type EventEnvelope,
  IdMaker,
  makeEvent,
  systemClock,
  systemRandom,
} from '@grantd/domain'

const CLIENTS = 7
const ids = new IdMaker({ clock: systemClock, random: systemRandom })

/** An event of a client; `sequence` counts within it, so that a consumer can tell the order. */
export function tokenEvent(clientId = 'app', sequence = 0): EventEnvelope {
  return makeEvent(
    { type: 'token_created', clientId, metadata: { scope: 'read', sequence: String(sequence) } },
    {
      id: ids.next(),
      nowMs: Date.now(),
      producer: EVENT_PRODUCER,
      origin: { correlationId: crypto.randomUUID(), source: 'http' },
    },
  )
}

/** `count` events of a few clients, in turns; `from` continues a former row of them. */
export function manyEvents(count: number, from = 0): EventEnvelope[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index
    return tokenEvent(`client-${number % CLIENTS}`, Math.floor(number / CLIENTS))
  })
}

export const silent = { info() {}, warn() {}, error() {} }
