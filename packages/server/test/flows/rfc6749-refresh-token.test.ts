import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  anotherCode,
  basic,
  codeGrant,
  countAudit,
  decoded,
  isActive,
  OPEN,
  obtainTokens,
  refreshGrant,
  withApp,
} from '../support/flow.ts'

async function withTokens(env: Record<string, string> = {}) {
  const { server, id } = await withApp({}, { ...OPEN, ...env })
  const { tokens, browser } = await obtainTokens(server, id)
  const refresh = (token: string, extra: Record<string, string> = {}) =>
    server.token(refreshGrant(id, token, extra))
  return { server, id, browser, tokens, first: tokens.refresh_token, refresh }
}

const errorOf = (reply: { json(): { error?: string } }): string | undefined => reply.json().error
const NO_GRACE = { OAUTH2_REFRESH_TOKEN_GRACE_SECS: '0' }

describe('RFC 9700 §4.14 refresh token rotation', () => {
  test('[behaviour 17] a refresh token gives a new pair that nobody may store', async () => {
    const { server, first, refresh, tokens } = await withTokens()
    await using _ = server
    const reply = await refresh(first)
    assert.equal(reply.statusCode, 200)
    assert.equal(reply.headers['cache-control'], 'no-store')
    const body = reply.json()
    assert.match(body.refresh_token, /^grt_/)
    assert.notEqual(body.refresh_token, first)
    assert.notEqual(body.access_token, tokens.access_token)
    assert.equal(body.scope, 'read write')
    assert.equal(decoded(body.access_token).sub, decoded(tokens.access_token).sub)
  })

  test('[behaviour 18] what is no refresh token is refused', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    const flipped = first.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
    for (const wrong of ['x', `${first}x`, first.slice(0, -1), flipped, 'grt_', '__proto__']) {
      const reply = await refresh(wrong)
      assert.equal(reply.statusCode, 400)
      assert.equal(errorOf(reply), 'invalid_grant', wrong)
    }
    assert.equal(errorOf(await refresh('')), 'invalid_request')
    assert.equal((await refresh(first)).statusCode, 200)
  })

  test('T64 T67 used again after the grace time: the family, its access tokens, an event', async () => {
    const { server, first, refresh, tokens } = await withTokens()
    await using _ = server
    const next = (await refresh(first)).json()
    server.clock.advance(11)
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
    assert.equal(errorOf(await refresh(next.refresh_token)), 'invalid_grant')
    for (const token of [tokens.access_token, next.access_token]) {
      assert.equal(await isActive(server, token), false)
    }
    assert.equal(await countAudit(server, 'refresh.reused'), 1)
  })

  test('T64 another family of the same person and app lives on', async () => {
    const { server, id, browser, first, refresh } = await withTokens(NO_GRACE)
    await using _ = server
    const { code, verifier } = await anotherCode(browser, id)
    const other = (await server.token(codeGrant(id, code, verifier))).json()
    await refresh(first)
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
    assert.equal((await refresh(other.refresh_token)).statusCode, 200)
    assert.equal(await isActive(server, other.access_token), true)
  })

  test('T67 within the grace time a retry gets the one successor, twice and no more; grace does not slide', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    const next = (await refresh(first)).json().refresh_token
    server.clock.advance(9)
    assert.equal((await refresh(first)).json().refresh_token, next)
    server.clock.advance(1)
    assert.equal((await refresh(first)).json().refresh_token, next)
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
    assert.equal(errorOf(await refresh(next)), 'invalid_grant')
  })

  test('T67 a retry at grace + 1 s is reuse even when an earlier retry was answered', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    const next = (await refresh(first)).json().refresh_token
    server.clock.advance(9)
    assert.equal((await refresh(first)).statusCode, 200)
    server.clock.advance(2)
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
    assert.equal(errorOf(await refresh(next)), 'invalid_grant')
  })

  for (const [what, env, winners] of [
    ['in the grace time: the first and two retries', {}, 3],
    ['without a grace time: one', NO_GRACE, 1],
  ] as const) {
    test(`T65 sixteen at once ${what}, and all name one successor`, async () => {
      const { server, first, refresh } = await withTokens(env)
      await using _ = server
      const replies = await Promise.all(Array.from({ length: 16 }, () => refresh(first)))
      const won = replies.filter((reply) => reply.statusCode === 200)
      const lost = replies.filter((reply) => reply.statusCode === 400)
      assert.equal(won.length, winners)
      assert.equal(lost.length, 16 - winners)
      assert.ok(lost.every((reply) => errorOf(reply) === 'invalid_grant'))
      const successors = new Set(won.map((reply) => reply.json().refresh_token))
      assert.equal(successors.size, 1)
      // Sixteen holders of one token are more than a lost reply explains.
      for (const token of successors) assert.equal(errorOf(await refresh(token)), 'invalid_grant')
    })
  }

  test('T68 another client neither gets tokens nor spends the token', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    const stranger = await server.addClient({
      client_name: 'Other',
      redirect_uris: ['https://other.example/'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'read write',
    })
    const theft = await server.form(
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: first },
      { authorization: basic(stranger.id, stranger.secret) },
    )
    assert.equal(theft.statusCode, 400)
    assert.equal(errorOf(theft), 'invalid_grant')
    assert.equal(await countAudit(server, 'refresh.foreign_client'), 1)
    assert.equal((await refresh(first)).statusCode, 200)
    assert.equal(await countAudit(server, 'refresh.reused'), 0)
  })

  test('T69 scope may narrow for one access token, never widen', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    for (const scope of ['read write admin', 'read openid', 'read  write', '"']) {
      assert.equal(errorOf(await refresh(first, { scope })), 'invalid_scope', scope)
    }
    assert.equal(
      errorOf(await refresh(first, { resource: 'https://x.example/' })),
      'invalid_target',
    )
    const narrow = (await refresh(first, { scope: 'read' })).json()
    assert.equal(narrow.scope, 'read')
    assert.equal(decoded(narrow.access_token).scope, 'read')
    assert.equal((await refresh(narrow.refresh_token)).json().scope, 'read write')
  })

  test('T71 [behaviour 20] an unused refresh token ends after its 30 days', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    server.clock.advance(2_592_000)
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
  })

  test('[behaviour 19] [behaviour 26] a revoked refresh token takes its family with it', async () => {
    const { server, id, tokens, first, refresh } = await withTokens()
    await using _ = server
    const revoked = await server.form('/oauth/revoke', { token: first, client_id: id })
    assert.equal(revoked.statusCode, 200)
    assert.equal(revoked.body, '')
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
    assert.equal(await isActive(server, tokens.access_token), false)
  })

  test('T72 extra parameters are ignored', async () => {
    const { server, first, refresh } = await withTokens()
    await using _ = server
    const extra = { client_session_host: '127.0.0.1', client_session_state: 'x' }
    const reply = await refresh(first, extra)
    assert.equal(reply.statusCode, 200)
    assert.equal(decoded(reply.json().access_token).client_session_host, undefined)
  })

  test('T66 the used mark is a fact of storage: rotation with another clock is reuse all the same', async () => {
    const { server, first, refresh } = await withTokens(NO_GRACE)
    await using _ = server
    await refresh(first)
    server.clock.advance(-3_600)
    assert.equal(errorOf(await refresh(first)), 'invalid_grant')
  })
})
