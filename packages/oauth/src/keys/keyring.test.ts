import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { SIGNING_ALGORITHMS, type SigningKey } from '@grantd/domain'
import * as jose from 'jose'
import { KeyStorage, keyProcess, ManualClock } from './key-storage.fixture.ts'

async function twoProcesses() {
  const storage = new KeyStorage()
  const clock = new ManualClock()
  const [here, there] = [keyProcess(storage, clock), keyProcess(storage, clock)]
  await here.actor.ensure({ algorithms: ['ES256'] })
  await there.actor.ensure({ algorithms: ['ES256'] })
  return { storage, clock, here, there }
}

function jwks(body: Buffer): Record<string, unknown>[] {
  return JSON.parse(body.toString()).keys
}

describe('T147: the JWKS', () => {
  test('has public members only, a kid each, and no HS256 key', async () => {
    const { keyring, actor } = keyProcess(new KeyStorage(), new ManualClock())
    await actor.ensure({ algorithms: SIGNING_ALGORITHMS })
    const keys = jwks(keyring.publicJwks.body)
    const own = ['kid', 'use', 'alg']
    for (const key of keys) {
      const members = { EC: ['crv', 'x', 'y'], RSA: ['n', 'e'], OKP: ['crv', 'x'] }[`${key.kty}`]
      assert.deepEqual(Object.keys(key).sort(), ['kty', ...(members ?? []), ...own].sort())
      assert.equal(key.use, 'sig')
      assert.equal(key.kid, await jose.calculateJwkThumbprint(key), 'RFC 7638')
    }
    const algorithms = keys.map((key) => key.alg).sort()
    assert.deepEqual(algorithms, ['ES256', 'EdDSA', 'PS256', 'RS256'])
    assert.equal(new Set(keys.map((key) => key.kid)).size, keys.length)
  })

  test('what the stored row claims to be public is not believed', async () => {
    const { storage, here } = await twoProcesses()
    for (const row of storage.rows.values()) {
      storage.rows.set(row.kid, { ...row, publicJwk: '{"kty":"EC","d":"private"}' })
    }
    await here.keyring.load()
    assert.equal(jwks(here.keyring.publicJwks.body)[0]?.d, undefined)
  })

  test('a row that was not sealed by this server stops the load', async () => {
    const { storage, here } = await twoProcesses()
    const [row] = storage.rows.values()
    const foreign = { ...row, kid: 'mine', state: 'retiring' } as SigningKey
    storage.rows.set(foreign.kid, foreign)
    await assert.rejects(here.keyring.load(), { code: 'E_KEYS_SEALED' })
  })

  test('bytes and ETag stay the same while the keys do', async () => {
    const { here, there } = await twoProcesses()
    assert.deepEqual(here.keyring.publicJwks, there.keyring.publicJwks)
  })
})

describe('a keyring and other processes', () => {
  test('a rotation elsewhere is picked up by use, within 500 ms', async () => {
    const { clock, here, there } = await twoProcesses()
    const former = here.keyring.activeSigner('ES256').kid
    await there.actor.rotate({ algorithm: 'ES256', immediately: true })
    const promoted = there.keyring.activeSigner('ES256').kid

    assert.equal(here.keyring.activeSigner('ES256').kid, former)
    clock.advance(0.5)
    here.keyring.activeSigner('ES256')
    await turn()
    assert.equal(here.keyring.activeSigner('ES256').kid, promoted)
    assert.deepEqual(
      jwks(here.keyring.publicJwks.body)
        .map((key) => key.kid)
        .sort(),
      [former, promoted].sort(),
    )
  })

  test('a busy ring asks storage once per 500 ms', async () => {
    const { storage, clock, here } = await twoProcesses()
    storage.versionReads = 0
    for (let i = 0; i < 100; i++) {
      clock.advance(0.01)
      here.keyring.activeSigner('ES256')
      await turn()
    }
    assert.equal(storage.versionReads, 2)
  })

  test('a view that nobody checked for a minute is checked before it signs', async () => {
    const { clock, here, there } = await twoProcesses()
    assert.equal(here.keyring.confirm(), undefined)
    await there.actor.rotate({ algorithm: 'ES256', immediately: true })
    clock.advance(61)
    await here.keyring.confirm()
    const kid = there.keyring.activeSigner('ES256').kid
    assert.equal(here.keyring.activeSigner('ES256').kid, kid)
  })

  test('a missing key and a missing secret say what to do', async () => {
    const { here } = await twoProcesses()
    assert.throws(() => here.keyring.activeSigner('EdDSA'), { code: 'E_KEYS_MISSING' })
  })
})
