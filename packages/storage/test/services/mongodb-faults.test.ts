import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AuthorizationCode, Change, StorageError } from '@grantd/domain'
import { FaultyProxy } from '@grantd/testkit/faulty-proxy'
import { freshDatabase, freshReplicaSetDatabase } from '@grantd/testkit/mongodb'
import { aCode, aToken, NOW } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/index.ts'

const TIMES = 'directConnection=true&socketTimeoutMS=1000&serverSelectionTimeoutMS=2000'
const MODES = { standalone: freshDatabase, 'replica set': freshReplicaSetDatabase }

/** A database, a proxy before it, and a storage that goes through the proxy. */
async function behindProxy(fresh: typeof freshDatabase) {
  const database = await fresh()
  const proxy = await FaultyProxy.to(database.url)
  const storage = await openStorage(`${proxy.through(database.url)}?${TIMES}`)
  return {
    url: database.url,
    proxy,
    storage,
    [Symbol.asyncDispose]: async () => {
      for (const fault of Object.keys(proxy.faults)) Reflect.deleteProperty(proxy.faults, fault)
      await storage.close()
      await proxy[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

const outcomeOf = (promise: Promise<{ readonly outcome: string }>) =>
  promise.then(
    ({ outcome }) => outcome,
    (error: StorageError) => error.kind,
  )

/** What became of a code and of the token that each of its two racers would have bought. */
async function raced(code: AuthorizationCode, commit: (changes: Change[]) => Promise<string>) {
  const tokens = [aToken(), aToken()]
  const outcomes = await Promise.all(
    tokens.map((token) =>
      commit([
        { kind: 'code.consume', id: code.id, at: NOW },
        { kind: 'token.insert', token },
      ]),
    ),
  )
  return { code, tokens, outcomes }
}

for (const [mode, fresh] of Object.entries(MODES)) {
  describe(`MongoDB behind a faulty network, ${mode}`, () => {
    test('connections cut under load: nothing acknowledged is lost, no code is redeemed twice', async () => {
      await using world = await behindProxy(fresh)
      const codes = Array.from({ length: 40 }, () => aCode())
      await Promise.all(codes.map((code) => world.storage.commit([{ kind: 'code.insert', code }])))
      let isOver = false
      const cutting = (async () => {
        // Ever longer pauses: on a slow machine nothing would get through between two cuts.
        for (let gapMs = 20; !isOver; gapMs *= 1.1) {
          await pause(gapMs)
          world.proxy.cutAll()
        }
      })()
      const results = []
      for (let from = 0; from < codes.length; from += 4) {
        const some = codes.slice(from, from + 4)
        const commit = (changes: Change[]) => outcomeOf(world.storage.commit(changes))
        results.push(...(await Promise.all(some.map((code) => raced(code, commit)))))
      }
      isOver = true
      await cutting

      const truth = await openStorage(world.url)
      for (const { code, tokens, outcomes } of results) {
        const found = await Promise.all(tokens.map(({ id }) => truth.tokens.find(id)))
        const bought = found.filter((each) => each !== undefined).length
        assert.ok(bought <= 1, `a code bought ${bought} tokens: ${outcomes.join()}`)
        const isUsed = (await truth.codes.find(code.id))?.usedAt !== undefined
        if (bought === 1) assert.ok(isUsed)
        if (mode === 'replica set') assert.equal(isUsed, bought === 1, outcomes.join())
        for (const [n, outcome] of outcomes.entries()) {
          if (outcome === 'committed') assert.ok(found[n], 'an acknowledged unit is lost')
          if (outcome === 'refused' || outcome === 'unavailable') assert.equal(found[n], undefined)
        }
      }
      await truth.close()
    })

    test('a server that refuses connections is unavailable in time, and found again', async () => {
      await using world = await behindProxy(fresh)
      world.proxy.faults.refuse = true
      world.proxy.cutAll()
      const token = aToken()
      const startedAt = performance.now()
      await assert.rejects(world.storage.ping(), { name: 'StorageError', kind: 'unavailable' })
      const outcome = await outcomeOf(world.storage.commit([{ kind: 'token.insert', token }]))
      assert.ok(['unavailable', 'unknown'].includes(outcome), outcome)
      assert.ok(performance.now() - startedAt < 8_000)
      world.proxy.faults.refuse = false
      await world.storage.ping()
      const later = aToken()
      assert.equal(
        await outcomeOf(world.storage.commit([{ kind: 'token.insert', token: later }])),
        'committed',
      )
    })

    test('a network that swallows everything is an answer after the socket timeout', async () => {
      await using world = await behindProxy(fresh)
      const code = aCode()
      await world.storage.commit([{ kind: 'code.insert', code }])
      world.proxy.faults.hang = true
      const startedAt = performance.now()
      const outcome = await outcomeOf(
        world.storage.commit([{ kind: 'code.consume', id: code.id, at: NOW }]),
      )
      assert.equal(outcome, 'unknown')
      assert.ok(performance.now() - startedAt < 8_000)
      world.proxy.faults.hang = false
      world.proxy.cutAll()
      await world.storage.ping()
    })
  })
}
