import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import {
  anotherCode,
  codeGrant,
  countAudit,
  decoded,
  isActive,
  OPEN,
  obtainTokens,
  refreshGrant,
  withApp,
} from '../support/flow.ts'
import { ISSUER, obtainCode, pkce, REDIRECT } from '../support/server.ts'

const errorOf = (reply: { json(): { error?: string } }): string | undefined => reply.json().error
const CONFIDENTIAL = { token_endpoint_auth_method: 'client_secret_basic' }

describe('RFC 6749 §4.1 authorization code with PKCE', () => {
  for (const [who, metadata] of [
    ['[behaviour 2] [behaviour 35] a public', {}],
    ['[behaviour 1] a confidential', CONFIDENTIAL],
  ] as const) {
    test(`T25 ${who} client: sign-in, consent, code, tokens; state and iss come back`, async () => {
      const { server, id, secret } = await withApp(metadata)
      await using _ = server
      const { code, verifier, location } = await obtainCode(server, id)
      assert.equal(location.searchParams.get('state'), 'xyz123')
      assert.equal(location.searchParams.get('iss'), ISSUER)
      const fields = { ...codeGrant(id, code, verifier), redirect_uri: REDIRECT }
      const reply = await server.token(
        secret === '' ? fields : { ...fields, client_secret: secret },
      )
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers['cache-control'], 'no-store') // RFC 6749 §5.1, [behaviour 13.2.6]
      assert.equal(reply.headers.pragma, 'no-cache')
      const body = reply.json()
      assert.equal(body.token_type, 'Bearer')
      assert.equal(body.scope, 'read write')
      assert.equal(body.expires_in, 3_600)
      assert.match(body.refresh_token, /^grt_/)
      assert.equal(body.id_token, undefined)
      const user = await server.assembly.storage.users.findByLogin('ada')
      assert.equal(decoded(body.access_token).sub, user?.id)
    })
  }

  test('openid in the scope adds an ID token for this app with its nonce', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { tokens } = await obtainTokens(server, id, { scope: 'openid read', nonce: 'n-1' })
    const claims = decoded(tokens.id_token ?? '')
    assert.equal(claims.nonce, 'n-1')
    assert.equal(claims.aud, id)
    assert.equal(claims.iss, ISSUER)
  })

  test('T22 a resource becomes the audience; the token request may name fewer, never others', async () => {
    const [one, two, three] = ['https://one.example/', 'https://two.example/', 'https://x.example/']
    const { server, id } = await withApp({}, { OAUTH2_RESOURCES: `${one},${two},${three}` })
    await using _ = server
    const { tokens, browser } = await obtainTokens(server, id, { resource: one })
    assert.equal(decoded(tokens.access_token).aud, one)
    const { code, verifier } = await anotherCode(browser, id, { resource: one })
    const wider = await server.token({ ...codeGrant(id, code, verifier), resource: two })
    assert.equal(errorOf(wider), 'invalid_target')
    const same = await server.token({ ...codeGrant(id, code, verifier), resource: one })
    assert.equal(decoded(same.json().access_token).aud, one)
    const refresh = { ...refreshGrant(id, same.json().refresh_token), resource: two }
    assert.equal(errorOf(await server.token(refresh)), 'invalid_target')
  })

  test('T51 T53 [behaviour 4] [behaviour 13.2.11] a code used twice is refused and its tokens die', async () => {
    const { server, id } = await withApp({}, OPEN)
    await using _ = server
    const { tokens, code, verifier } = await obtainTokens(server, id)
    assert.equal(await isActive(server, tokens.access_token), true)
    const again = await server.token(codeGrant(id, code, verifier))
    assert.equal(again.statusCode, 400)
    assert.equal(errorOf(again), 'invalid_grant')
    assert.equal(await isActive(server, tokens.access_token), false)
    const refreshed = await server.token(refreshGrant(id, tokens.refresh_token))
    assert.equal(errorOf(refreshed), 'invalid_grant')
    assert.equal(await countAudit(server, 'code.reused'), 1)
  })

  test('T53 a retry after the reply was lost is reuse: no second token set', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const { storage, http } = server.assembly
    const { port } = await http.listen(0, '127.0.0.1')
    const { promise: isStored, resolve } = Promise.withResolvers<void>()
    const commit = storage.commit.bind(storage)
    const body = new URLSearchParams(codeGrant(id, code, verifier)).toString()
    const socket = connect(port, '127.0.0.1')
    storage.commit = async (changes) => {
      const result = await commit(changes)
      if (changes.some((change) => change.kind === 'code.consume')) {
        socket.destroy() // the commit is done and nobody hears of it
        resolve()
      }
      return result
    }
    socket.write(
      `POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\n\r\n${body}`,
    )
    await isStored
    assert.equal(errorOf(await server.token(codeGrant(id, code, verifier))), 'invalid_grant')
    const user = await storage.users.findByLogin('ada')
    assert.ok(user)
    assert.deepEqual(await storage.families.listByUser(user.id), [])
    const thief = { ...codeGrant(id, code, verifier), code_verifier: pkce().verifier }
    assert.equal(errorOf(await server.token(thief)), 'invalid_grant')
    const reasons = (await storage.audit.list({ limit: 20 }))
      .filter(({ action }) => action === 'code.reused')
      .map(({ metadata }) => metadata.reason)
    assert.deepEqual(reasons, [
      'the verifier is wrong: the code was probably stolen',
      'reply lost, or the app asked twice: the verifier is right',
    ])
  })

  test('T52 of sixteen racing redemptions exactly one wins', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => server.token(codeGrant(id, code, verifier))),
    )
    assert.equal(replies.filter((reply) => reply.statusCode === 200).length, 1)
    const refused = replies.filter((reply) => reply.statusCode === 400)
    assert.equal(refused.length, 15)
    assert.ok(refused.every((reply) => errorOf(reply) === 'invalid_grant'))
  })
})
