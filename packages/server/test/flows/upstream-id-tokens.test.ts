import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { type FakeUpstream, signed } from '../support/fake-upstream.ts'
import { countAudit } from '../support/flow.ts'
import {
  isRefused,
  nobody,
  signInThrough,
  type UpstreamWorld,
  withUpstream,
} from '../support/upstream.ts'

describe('T173 ID tokens that are not believed', () => {
  const now = (world: UpstreamWorld) => Math.floor(world.server.clock.nowMs() / 1_000)
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const CASES: readonly [string, (world: UpstreamWorld) => FakeUpstream['faults']][] = [
    [
      'alg none',
      () => ({ idToken: async (claims) => `${base64({ alg: 'none' })}.${base64(claims)}.` }),
    ],
    [
      'HS256 with our secret',
      () => ({
        idToken: (claims) =>
          new jose.SignJWT(claims)
            .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
            .sign(Buffer.from('a secret of the provider')),
      }),
    ],
    [
      'a key that is not the provider’s',
      () => ({
        idToken: async (claims) => {
          const { privateKey } = await jose.generateKeyPair('RS256')
          return new jose.SignJWT(claims)
            .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
            .sign(privateKey)
        },
      }),
    ],
    [
      'a changed payload',
      () => ({
        idToken: async (claims) => {
          const [header, , signature] = (await signed(claims)).split('.')
          return `${header}.${base64({ ...claims, sub: 'somebody-else' })}.${signature}`
        },
      }),
    ],
    ['another audience', () => ({ claims: { aud: 'somebody-else' } })],
    ['several audiences without azp', () => ({ claims: { aud: ['grantd-there', 'x'] } })],
    ['another azp', () => ({ claims: { azp: 'somebody-else' } })],
    ['another nonce', () => ({ claims: { nonce: 'x' } })],
    ['no nonce', () => ({ claims: { nonce: undefined } })],
    ['another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['expired', (world) => ({ claims: { exp: now(world) - 120 } })],
    ['no exp', () => ({ claims: { exp: undefined } })],
    ['iat in the future', (world) => ({ claims: { iat: now(world) + 600 } })],
    ['iat long ago', (world) => ({ claims: { iat: now(world) - 3_600 } })],
    ['no sub', () => ({ claims: { sub: undefined } })],
    ['a sub that is no text', () => ({ claims: { sub: 7 } })],
    ['a sub that no database takes', () => ({ claims: { sub: 'a\u0000b' } })],
    ['a sub without end', () => ({ claims: { sub: 's'.repeat(256) } })],
  ]
  let world: UpstreamWorld
  before(async () => {
    world = await withUpstream()
  })
  after(() => world[Symbol.asyncDispose]())

  for (const [name, faults] of CASES) {
    test(name, async () => {
      const refusals = await countAudit(world.server, 'login.failed')
      world.upstream.faults = faults(world)
      const { reply, browser } = await signInThrough(world)
      isRefused(reply, 401, 'provider_error')
      nobody(browser)
      assert.equal(await countAudit(world.server, 'login.failed'), refusals + 1)
    })
  }
})
