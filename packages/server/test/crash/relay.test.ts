// The relay is killed, the broker goes away and comes back: nothing is lost, order holds per key.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
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

/** 200000 and 12 for the long run, `redis` for a real broker (redis-server must be installed). */
const EVENTS = Number(process.env.GRANTD_OUTBOX_EVENTS ?? 20_000)
const KILLS = Number(process.env.GRANTD_OUTBOX_KILLS ?? 4)
const BROKER = process.env.GRANTD_OUTBOX_BROKER ?? 'tcp'
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
async function produce(storage: Storage): Promise<void> {
  const counts = new Map<string, number>()
  for (let done = 0; done < EVENTS; done += UNIT) {
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

describe('the relay', () => {
  test(`${EVENTS} events, ${KILLS} kills, restarts of the broker (${BROKER}): none lost, in order`, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-relay-'))
    const url = `sqlite:${path.join(folder, 'outbox.db')}`
    const storage = await openStorage(url)
    const broker = BROKER === 'redis' ? await RedisBroker.start(folder) : await TcpBroker.start()
    let relay = await startRelay(url, broker)
    try {
      const startedAt = performance.now()
      const producing = produce(storage)
      for (let kill = 1; kill <= KILLS; kill++) {
        await broker.has((EVENTS * kill) / (KILLS + 1))
        const ended = once(relay, 'exit')
        relay.kill('SIGKILL')
        await ended
        if (kill % 2 === 0) await broker.restart()
        relay = await startRelay(url, broker)
        if (kill % 2 === 1) await broker.restart()
      }
      await producing
      await broker.has(EVENTS)
      const seconds = (performance.now() - startedAt) / 1_000
      const taken = await broker.taken()
      const next = new Map<string, number>()
      let repeated = 0
      for (const { k, n } of taken) {
        const expected = next.get(k) ?? 1
        if (Number(n) < expected) repeated++
        else {
          assert.equal(Number(n), expected, `${k}: ${n} came before ${expected}`)
          next.set(k, expected + 1)
        }
      }
      assert.equal(
        [...next.values()].reduce((sum, count) => sum + count - 1, 0),
        EVENTS,
      )
      const share = (100 * repeated) / EVENTS
      t.diagnostic(
        `${Math.round(EVENTS / seconds)} events a second; ${repeated} delivered twice (${share.toFixed(2)} %)`,
      )
      // A kill repeats one call at most, and so does a broker that goes away.
      assert.ok(repeated <= 2 * (KILLS + 1) * RELAY_SETTINGS.batch)
      if (EVENTS >= 200_000) assert.ok(share <= 1)
      // The cursor is written after the call that the broker has taken.
      while ((await storage.outbox.sinks())[0]?.cursor !== (await storage.outbox.end()))
        await delay(5)
    } finally {
      relay.kill('SIGKILL')
      await broker.stop()
      await storage.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
