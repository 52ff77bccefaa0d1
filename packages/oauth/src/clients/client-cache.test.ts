import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Client, ClientId } from '@grantd/domain'
import { FixedClock } from '@grantd/testkit'
import { ClientCache } from './client-cache.ts'

const id = 'known' as ClientId
const client = { id } as Client

async function filledCache() {
  const counts = { clients: 1, keys: 0, denylist: 0 }
  let asked = 0
  const versions = async () => {
    asked++
    return { ...counts }
  }
  const clock = new FixedClock()
  const cache = new ClientCache({ storage: { versions }, clock })
  await cache.refresh()
  cache.remember(client)
  return { cache, clock, counts, asked: () => asked }
}

describe('clients lately seen', () => {
  test('are known for half a second, then the count of changes is asked for', async () => {
    const { cache, clock, asked } = await filledCache()
    clock.advance(0.499)
    assert.equal(cache.find(id), client)
    clock.advance(0.001)
    assert.equal(cache.find(id), undefined)
    await cache.refresh()
    assert.deepEqual([cache.find(id), asked(), cache.version], [client, 2, 1])
  })

  test('are forgotten at once when another process says that it changed one', async () => {
    const { cache, counts } = await filledCache()
    counts.clients = 2
    cache.recheck()
    assert.equal(cache.find(id), undefined)
    await cache.refresh()
    assert.deepEqual([cache.find(id), cache.version], [undefined, 2])
  })

  test('stay known when that turns out to be nothing', async () => {
    const { cache } = await filledCache()
    cache.recheck()
    await cache.refresh()
    assert.equal(cache.find(id), client)
  })
})
