// Owns: one proof: the relay is killed, the broker goes away and comes back, nothing is lost, order holds
// per key. Does not own: the brokers (brokers.ts, service-brokers.ts). Start here: `proveRelay`.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  type Change,
  EVENT_PRODUCER,
  IdMaker,
  makeEvent,
  nowSeconds,
  type Storage,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import { RELAY_SETTINGS } from '@grantd/events'
import { openStorage } from '@grantd/storage'
import { type Broker, RedisBroker, TcpBroker } from './brokers.ts'
import { KafkaBroker, RabbitBroker } from './service-brokers.ts'

/** `redis` needs redis-server; `kafka` and `rabbit` are those of scripts/services.sh. */
export const RELAY_BROKERS = ['tcp', 'redis', 'kafka', 'rabbit'] as const
export type RelayBroker = (typeof RELAY_BROKERS)[number]

export interface RelayProof {
  readonly events: number
  readonly kills: number
  /** Whether each kill of the relay comes with a restart of the broker, before or after it. */
  readonly restarts: boolean
  readonly broker: RelayBroker
}

const KEYS = 50
const UNIT = 20
const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const RELAY = fileURLToPath(new URL('./relay-process.ts', import.meta.url))

async function startRelay(url: string, broker: Broker): Promise<ChildProcess> {
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, [RELAY, url, broker.target], { stdio: [...stdio] })
  await once(child.stdout ?? child, 'data')
  return child
}

/** Appends all events, each key counting from 1, as fast as they are committed. */
async function produce(storage: Storage, events: number): Promise<void> {
  const counts = new Map<string, number>()
  for (let done = 0; done < events; done += UNIT) {
    const changes = Array.from({ length: UNIT }, (_, n): Change => {
      const key = `key-${(done + n) % KEYS}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      const id = ids.next()
      const event = makeEvent(
        { type: 'token_created', clientId: key, metadata: { k: key, n: String(count) } },
        {
          id,
          nowMs: systemClock.nowMs(),
          producer: EVENT_PRODUCER,
          origin: { correlationId: id, source: 'task' },
        },
      )
      const payload = JSON.stringify(event)
      return { kind: 'outbox.append', event: { key, payload, createdAt: nowSeconds(systemClock) } }
    })
    assert.equal((await storage.commit(changes)).outcome, 'committed')
  }
}

/** Throws when an event is lost or out of order, or when more came twice than a kill may repeat. */
export async function proveRelay(proof: RelayProof, t: TestContext): Promise<void> {
  const { events, kills, restarts } = proof
  const folder = mkdtempSync(path.join(tmpdir(), 'grantd-relay-'))
  const url = `sqlite:${path.join(folder, 'outbox.db')}`
  const storage = await openStorage(url)
  const broker = await startBroker(proof.broker, folder)
  let relay = await startRelay(url, broker)
  try {
    const startedAt = performance.now()
    const producing = produce(storage, events)
    for (let kill = 1; kill <= kills; kill++) {
      await broker.has((events * kill) / (kills + 1))
      const ended = once(relay, 'exit')
      relay.kill('SIGKILL')
      await ended
      if (restarts && kill % 2 === 0) await broker.restart()
      relay = await startRelay(url, broker)
      if (restarts && kill % 2 === 1) await broker.restart()
    }
    await producing
    await broker.has(events)
    const seconds = (performance.now() - startedAt) / 1_000
    const repeated = await repeatedOf(broker, events)
    const share = (100 * repeated) / events
    t.diagnostic(
      `${proof.broker}: ${Math.round(events / seconds)} events a second, pauses included; ` +
        `${repeated} delivered twice (${share.toFixed(2)} %)`,
    )
    // A kill repeats one call at most, and so does a broker that goes away.
    assert.ok(repeated <= 2 * (kills + 1) * RELAY_SETTINGS.batch, `${repeated} delivered twice`)
    if (events >= 200_000) assert.ok(share <= 1, `${share} % delivered twice`)
    // The cursor is written after the call that the broker has taken.
    while ((await storage.outbox.sinks())[0]?.cursor !== (await storage.outbox.end())) {
      await delay(5)
    }
  } finally {
    relay.kill('SIGKILL')
    await broker.stop()
    await storage.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function startBroker(name: RelayBroker, folder: string): Promise<Broker> {
  switch (name) {
    case 'tcp':
      return TcpBroker.start()
    case 'redis':
      return RedisBroker.start(folder)
    case 'kafka':
      return KafkaBroker.start()
    case 'rabbit':
      return RabbitBroker.start()
  }
}

/** How many came more than once, when all have come and each key is in order. */
async function repeatedOf(broker: Broker, events: number): Promise<number> {
  for (;;) {
    const next = new Map<string, number>()
    let repeated = 0
    for (const { k, n } of await broker.taken()) {
      const expected = next.get(k) ?? 1
      if (Number(n) < expected) repeated++
      else {
        assert.equal(Number(n), expected, `${k}: ${n} came before ${expected}`)
        next.set(k, expected + 1)
      }
    }
    const different = [...next.values()].reduce((sum, count) => sum + count - 1, 0)
    if (different === events) return repeated
    await delay(100) // those that are still on their way
  }
}
