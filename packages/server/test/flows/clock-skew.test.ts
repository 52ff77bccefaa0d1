// Instances whose clocks differ, and a clock that is set back: time decides when something ends, never
// whether it may be used twice.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { APP, codeGrant, isActive, OPEN, obtainTokens, refreshGrant } from '../support/flow.ts'
import { Browser, obtainCode, PASSWORD, TestServer } from '../support/server.ts'

const HOUR = 3_600

/** Two servers on one database; the clock of the second is `skew` seconds ahead. */
async function twoInstances(skew: number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'grantd-skew-'))
  const env = { ...OPEN, OAUTH2_DATABASE_URL: `sqlite:${path.join(folder, 'a.db')}` }
  const first = await TestServer.start(env)
  const second = await TestServer.start(env)
  second.clock.advance(skew)
  await first.addUser()
  const { id } = await first.addClient(APP)
  return {
    first,
    second,
    id,
    [Symbol.asyncDispose]: async () => {
      await first[Symbol.asyncDispose]()
      await second[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

const errorOf = (reply: { json: () => { error?: string } }) => reply.json().error

for (const skew of [-50, -5, 5, 50]) {
  describe(`RFC 6749 §4.1.2 two instances, the second ${skew} s ahead`, () => {
    test('T52 a code has one winner, wherever it is brought', async () => {
      await using site = await twoInstances(skew)
      const { first, second, id } = site
      const { code, verifier } = await obtainCode(first, id)
      const replies = await Promise.all(
        [first, second, first, second].map((server) => server.token(codeGrant(id, code, verifier))),
      )
      const won = replies.filter(({ statusCode }) => statusCode === 200)
      assert.ok(won.length === 1, `${won.length} winners`)
      for (const reply of replies) {
        if (reply.statusCode !== 200) assert.equal(errorOf(reply), 'invalid_grant')
      }
    })

    test('T65 a refresh token has one successor, and what was revoked on one is dead on the other', async () => {
      await using site = await twoInstances(skew)
      const { first, second, id } = site
      const { tokens } = await obtainTokens(first, id, { scope: 'offline_access read' })
      const rotated = await first.token(refreshGrant(id, tokens.refresh_token))
      const repeated = await second.token(refreshGrant(id, tokens.refresh_token))
      const isNear = Math.abs(skew) <= 10 // the grace time
      assert.equal(repeated.statusCode, isNear ? 200 : 400)
      if (isNear) assert.equal(repeated.json().refresh_token, rotated.json().refresh_token)
      else {
        const family = await first.token(refreshGrant(id, rotated.json().refresh_token))
        assert.equal(errorOf(family), 'invalid_grant', 'a replay: the family is over')
      }
      await second.form('/oauth/revoke', { token: tokens.access_token, client_id: id })
      assert.equal(await isActive(first, tokens.access_token), false)
    })
  })
}

describe('a clock that is set back by an hour', () => {
  const server = async () => {
    const made = await TestServer.start(OPEN)
    await made.addUser()
    return { made, ...(await made.addClient(APP)) }
  }

  test('T66 revives no code, no refresh token and nothing that was revoked', async () => {
    const { made, id } = await server()
    await using _ = made
    const { tokens, code, verifier } = await obtainTokens(made, id, {
      scope: 'offline_access read',
    })
    const rotated = await made.token(refreshGrant(id, tokens.refresh_token))
    await made.form('/oauth/revoke', { token: tokens.access_token, client_id: id })
    made.clock.advance(-HOUR)
    assert.equal(await isActive(made, tokens.access_token), false)
    const replayed = await made.token(refreshGrant(id, tokens.refresh_token))
    assert.equal(errorOf(replayed), 'invalid_grant', 'no grace time of an hour for a thief')
    const family = await made.token(refreshGrant(id, rotated.json().refresh_token))
    assert.equal(errorOf(family), 'invalid_grant')
    assert.equal(errorOf(await made.token(codeGrant(id, code, verifier))), 'invalid_grant')
  })

  test('T156 locks nobody out for that hour, and goes on issuing what can be used at once', async () => {
    const { made, id } = await server()
    await using _ = made
    const guess = () => new Browser(made).signIn('ada', 'a wrong password')
    for (let n = 0; n < 12; n++) await guess()
    assert.equal((await new Browser(made).signIn('ada', PASSWORD)).statusCode, 429)
    made.clock.advance(-HOUR)
    const { tokens } = await obtainTokens(made, id, { scope: 'offline_access read' })
    assert.equal(await isActive(made, tokens.access_token), true)
    const rotated = await made.token(refreshGrant(id, tokens.refresh_token))
    assert.equal(rotated.statusCode, 200)
  })

  test('a clock that differs by minutes does not give guesses back', async () => {
    const { made } = await server()
    await using _ = made
    for (let n = 0; n < 12; n++) await new Browser(made).signIn('ada', 'a wrong password')
    made.clock.advance(-200)
    assert.equal((await new Browser(made).signIn('ada', PASSWORD)).statusCode, 429)
  })
})
