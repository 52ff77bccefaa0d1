import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeyState } from '@grantd/domain'
import { KeyStorage, keyProcess, ManualClock } from './key-storage.fixture.ts'

async function start() {
  const storage = new KeyStorage()
  const clock = new ManualClock()
  const { actor, keyring } = keyProcess(storage, clock)
  await actor.ensure({ algorithms: ['ES256'] })
  return { storage, clock, actor, keyring }
}

function states(storage: KeyStorage): KeyState[] {
  return [...storage.rows.values()].map((key) => key.state)
}

describe('ensure', () => {
  test('makes one key per algorithm, audited, and nothing the second time', async () => {
    const { storage, actor } = await start()
    await actor.ensure({ algorithms: ['ES256', 'EdDSA', 'HS256'] })
    await actor.ensure({ algorithms: ['ES256', 'EdDSA', 'HS256'] })
    assert.deepEqual(states(storage), ['active', 'active'])
    const audited = storage.audit.map((record) => [record.action, record.metadata.algorithm])
    assert.deepEqual(audited, [
      ['key.created', 'ES256'],
      ['key.created', 'EdDSA'],
    ])
  })

  test('two processes that start at once use the same key', async () => {
    const storage = new KeyStorage()
    const clock = new ManualClock()
    const processes = Array.from({ length: 4 }, () => keyProcess(storage, clock))
    await Promise.all(
      processes.map(({ actor }) => actor.ensure({ algorithms: ['ES256', 'EdDSA'] })),
    )
    assert.deepEqual(states(storage), ['active', 'active'])
    const kids = processes.map(({ keyring }) => keyring.activeSigner('ES256').kid)
    assert.equal(new Set(kids).size, 1)
  })

  test('of two active keys, however they came about, one is retired', async () => {
    const { storage, actor } = await start()
    await actor.rotate({ algorithm: 'ES256' })
    for (const row of storage.rows.values()) storage.rows.set(row.kid, { ...row, state: 'active' })
    await actor.ensure({ algorithms: ['ES256'] })
    assert.deepEqual(states(storage).sort(), ['active', 'retiring'])
  })
})

describe('rotate: next → active → retiring → retired', () => {
  const steps: [string, number, boolean, string, KeyState[]][] = [
    ['publishes a next key', 0, false, 'published', ['active', 'next']],
    ['waits while verifiers may not know it', 3599, false, 'waiting', ['active', 'next']],
    ['promotes it after the max-age', 1, false, 'promoted', ['retiring', 'active']],
    ['may do both at once', 0, true, 'promoted', ['retiring', 'retiring', 'active']],
    ['begins again', 0, false, 'published', ['retiring', 'retiring', 'active', 'next']],
    ['may promote early', 0, true, 'promoted', ['retiring', 'retiring', 'retiring', 'active']],
  ]
  test('each call takes one step', async (t) => {
    const { storage, clock, actor, keyring } = await start()
    for (const [title, seconds, immediately, outcome, expected] of steps) {
      await t.test(title, async () => {
        clock.advance(seconds)
        const rotation = await actor.rotate({ algorithm: 'ES256', immediately })
        assert.equal(rotation.outcome, outcome)
        assert.deepEqual(states(storage), expected)
        const active = [...storage.rows.values()].find((key) => key.state === 'active')
        assert.equal(keyring.activeSigner('ES256').kid, active?.kid)
      })
    }
  })

  test('processes that rotate at once take one step together', async () => {
    const { storage, clock, actor } = await start()
    const other = keyProcess(storage, clock).actor
    const both = () => Promise.all([actor, other].map((one) => one.rotate({ algorithm: 'ES256' })))
    const created = await both()
    assert.deepEqual(created.map((one) => one.outcome).sort(), ['outrun', 'published'])
    clock.advance(3600)
    const promoted = await both()
    assert.deepEqual(promoted.map((one) => one.outcome).sort(), ['outrun', 'promoted'])
    assert.deepEqual(states(storage), ['retiring', 'active'])
  })

  test('each transition is audited with who did it', async () => {
    const { storage, actor } = await start()
    await actor.rotate({ algorithm: 'ES256', immediately: true, actor: 'cli' })
    const records = storage.audit
      .slice(1)
      .map(({ action, actor: by, metadata }) => [action, by, metadata.to])
    assert.deepEqual(records, [
      ['key.rotated', 'cli', 'retiring'],
      ['key.created', 'cli', 'active'],
    ])
  })

  test('HS256 has no key to rotate', async () => {
    const { actor } = await start()
    await assert.rejects(actor.rotate({ algorithm: 'HS256' }), {
      code: 'E_KEYS_SETTING',
      message: /jwt\.secret/,
    })
  })
})

describe('retireOld', () => {
  test('keeps a key published for the grace and the age of any view', async () => {
    const { storage, clock, actor, keyring } = await start()
    await actor.rotate({ algorithm: 'ES256', immediately: true })
    clock.advance(7200 + 59)
    assert.deepEqual(await actor.old(), [])
    assert.deepEqual(await actor.retireOld(), [])
    clock.advance(1)
    const old = await actor.old()
    assert.deepEqual(states(storage), ['retiring', 'active'])
    assert.deepEqual(await actor.retireOld(), old)
    assert.equal(old.length, 1)
    assert.deepEqual(states(storage), ['retired', 'active'])
    assert.equal(JSON.parse(keyring.publicJwks.body.toString()).keys.length, 1)
  })

  test('after a leak it ends them at once', async () => {
    const { storage, actor } = await start()
    await actor.rotate({ algorithm: 'ES256', immediately: true })
    await actor.retireOld({ immediately: true })
    assert.deepEqual(states(storage), ['retired', 'active'])
  })
})
