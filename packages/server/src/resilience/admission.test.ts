import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ENDPOINTS } from '@grantd/oauth'
import { load } from '../config/load-fixture.ts'
import type { Place } from '../http/hooks/admit.ts'
import { Admission } from './admission.ts'
import { RANKS, rankOf } from './ranks.ts'

function doorWith(env: Readonly<Record<string, string>> = {}): Admission {
  const { settings } = load({ mode: 'dev', env: { OAUTH2_RESILIENCE_BP_ADAPTIVE: '0', ...env } })
  return new Admission(settings.resilience, ENDPOINTS)
}

function place(door: Admission, path: string): Place {
  return door.placeOf(path) ?? assert.fail(`${path} is never refused`)
}

/** How many of them come in. */
function fill(door: Admission, path: string): number {
  let came = 0
  while (place(door, path).tryEnter()) came++
  return came
}

describe('who comes in', () => {
  test('the most urgent still finds room when the others have filled theirs', () => {
    const door = doorWith({ OAUTH2_RESILIENCE_MAX_CONCURRENT: '100' })
    assert.equal(fill(door, '/clients/register'), 50)
    assert.equal(fill(door, '/auth/login'), 25)
    assert.equal(fill(door, '/oauth/token'), 15)
    assert.equal(fill(door, '/oauth/revoke'), 10)
    for (const path of ['/oauth/introspect', '/.well-known/jwks.json', '/nowhere'])
      assert.equal(place(door, path).expect(), false, path)
    place(door, '/clients/register').leave()
    assert.equal(place(door, '/oauth/token').expect(), false)
    assert.equal(place(door, '/oauth/revoke').expect(), true)
  })

  test('probes are never refused, and not counted', () => {
    const door = doorWith()
    for (const path of ['/health', '/ready', '/metrics']) {
      const about = { id: path, path }
      assert.equal(rankOf(about), undefined, path)
    }
    assert.equal(door.placeOf('/health'), undefined)
  })

  test('every endpoint has a rank, and what has none of its own is of people', () => {
    const ranks = new Map(ENDPOINTS.map((each) => [each.id, RANKS[rankOf(each) ?? -1]]))
    assert.equal(ranks.get('revoke'), 'vital')
    assert.equal(ranks.get('introspect'), 'vital')
    assert.equal(ranks.get('jwks'), 'vital')
    assert.equal(ranks.get('openid-configuration'), 'vital')
    assert.equal(ranks.get('token'), 'token')
    assert.equal(ranks.get('authorize'), 'people')
    assert.equal(ranks.get('login.submit'), 'people')
    assert.equal(ranks.get('register'), 'registration')
    assert.equal(ranks.get('connect.register.read'), 'registration')
    assert.equal(ranks.get('sign_up.submit'), 'registration')
    assert.equal(ranks.get('health'), undefined)
  })

  test('an endpoint with an open last segment keeps its rank', () => {
    const open = ENDPOINTS.find(({ id }) => id === 'connect.register.read')?.path ?? ''
    const door = doorWith({ OAUTH2_RESILIENCE_MAX_CONCURRENT: '10' })
    assert.equal(fill(door, open.replace('*', 'client-1')), 5)
  })

  test('a bulkhead holds its paths back, the first match, and nobody else', () => {
    const door = doorWith({ OAUTH2_RESILIENCE_BULKHEADS: 'login=/auth/login:2,auth=/auth/:3' })
    assert.equal(fill(door, '/auth/login'), 2)
    assert.equal(fill(door, '/auth/forgot'), 3)
    assert.ok(place(door, '/oauth/token').expect())
    assert.deepEqual(
      door.bulkheads.map(({ name, inFlight, rejected }) => [name, inFlight, rejected]),
      [
        ['login', 2, 1],
        ['auth', 3, 1],
      ],
    )
    place(door, '/auth/login').leave()
    assert.equal(fill(door, '/auth/login'), 1)
    assert.equal(door.gate.inFlight, 5)
  })

  test('of many who ask before anybody has come in, no more hear yes than there is room for', async () => {
    const door = doorWith({ OAUTH2_RESILIENCE_MAX_CONCURRENT: '10' })
    const token = place(door, '/oauth/token')
    const asked = Array.from({ length: 20 }, () => token.expect())
    assert.equal(asked.filter(Boolean).length, 9)
    assert.ok(place(door, '/oauth/revoke').expect(), 'what is more urgent has room of its own')
    assert.ok(token.tryEnter(), 'whoever was expected comes in')
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(token.expect(), 'who sends nothing more keeps no room longer than a turn')
  })

  test('a place that the gate refuses is not kept in the bulkhead', () => {
    const door = doorWith({
      OAUTH2_RESILIENCE_BULKHEADS: 'token=/oauth/token:50',
      OAUTH2_RESILIENCE_MAX_CONCURRENT: '10',
    })
    assert.equal(fill(door, '/oauth/token'), 9)
    assert.equal(door.bulkheads[0]?.inFlight, 9)
  })
  test('many that stay long while the event loop works are a queue, however short its turns', async () => {
    const door = doorWith({ OAUTH2_RESILIENCE_BP_ADAPTIVE: '1' })
    const most = door.gate.limit
    const token = place(door, '/oauth/token')
    for (let n = 0; n < 300; n++) assert.ok(token.tryEnter())
    const until = performance.now() + 20_000
    while (door.gate.limit === most) {
      assert.ok(performance.now() < until, 'the bound did not fall')
      door.placeOf('/oauth/token')
      const from = performance.now()
      while (performance.now() - from < 2);
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.ok(door.gate.limit < 300)
  })
})
