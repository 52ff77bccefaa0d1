import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Services } from '../services.ts'
import { KeyStorage, keyProcess, ManualClock } from './key-storage.fixture.ts'
import { rotateByAge } from './rotate-by-age.ts'

const DAY = 86_400

async function server(keyRotationInterval: number) {
  const storage = new KeyStorage()
  const clock = new ManualClock()
  const { keyring, actor } = keyProcess(storage, clock)
  await actor.ensure({ algorithms: ['ES256'] })
  // The actor itself stands in for its reference: both answer the same messages.
  const services = { keyring, keys: actor, clock, settings: { keyRotationInterval } }
  const run = async () =>
    (await rotateByAge(services as unknown as Services)).map(({ outcome }) => outcome)
  const states = () => keyring.keys.map(({ state }) => state).sort()
  return { clock, run, states, actor }
}

describe('keys rotate by age', () => {
  test('the next key is published an hour before it signs, and the old one stays published', async () => {
    const { clock, run, states, actor } = await server(90 * DAY)
    assert.deepEqual(await run(), [])
    clock.advance(90 * DAY - 3_600)
    assert.deepEqual(await run(), ['published'])
    assert.deepEqual(states(), ['active', 'next'])
    clock.advance(1_800)
    assert.deepEqual(await run(), ['waiting'])
    clock.advance(1_800)
    assert.deepEqual(await run(), ['promoted'])
    assert.deepEqual(states(), ['active', 'retiring'])
    assert.deepEqual(await run(), [])
    clock.advance(7_200 + 61) // the grace, longer than the life of any token
    await actor.retireOld()
    assert.deepEqual(states(), ['active', 'retired'])
  })

  test('a key published by hand is promoted when it is old enough', async () => {
    const { clock, run, actor } = await server(90 * DAY)
    await actor.rotate({ algorithm: 'ES256' })
    clock.advance(3_600)
    assert.deepEqual(await run(), ['promoted'])
  })

  test('0 leaves everything to the operator', async () => {
    const { clock, run } = await server(0)
    clock.advance(1_000 * DAY)
    assert.deepEqual(await run(), [])
  })
})
