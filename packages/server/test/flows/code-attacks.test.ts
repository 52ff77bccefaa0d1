import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  anotherCode,
  codeGrant,
  countAudit,
  obtainTokens,
  refreshGrant,
  withApp,
} from '../support/flow.ts'
import { obtainCode, pkce, REDIRECT } from '../support/server.ts'

const errorOf = (reply: { json(): { error?: string } }): string | undefined => reply.json().error
const CONFIDENTIAL = { token_endpoint_auth_method: 'client_secret_basic' }

describe('codes in the wrong hands', () => {
  test('T54 another client cannot use a code, nor burn it for its owner', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const stranger = await server.addClient({
      client_name: 'Other',
      ...CONFIDENTIAL,
      redirect_uris: [REDIRECT],
    })
    const { code, verifier } = await obtainCode(server, id)
    const theft = await server.token({
      ...codeGrant(stranger.id, code, verifier),
      client_secret: stranger.secret,
    })
    assert.equal(theft.statusCode, 400)
    assert.equal(errorOf(theft), 'invalid_grant')
    assert.equal(await countAudit(server, 'code.foreign_client'), 1)
    assert.equal((await server.token(codeGrant(id, code, verifier))).statusCode, 200)
  })

  test('T55 [behaviour 3] near misses and credentials of another kind are no codes, and burn none', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { tokens, browser } = await obtainTokens(server, id, { scope: 'openid read' })
    const { code, verifier } = await anotherCode(browser, id)
    const flipped = code.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
    assert.notEqual(flipped, code)
    for (const wrong of [
      'unknown',
      code.slice(0, -1),
      flipped,
      code.toUpperCase(),
      `${code}A`,
      ` ${code}`,
      code.replace('gac_', 'grt_'),
      code.slice(0, code.indexOf('.')),
      tokens.refresh_token,
      tokens.refresh_token.replace('grt_', 'gac_'),
      tokens.access_token,
      tokens.id_token ?? '',
      browser.cookies.get('sid') ?? '',
    ]) {
      const reply = await server.token(codeGrant(id, wrong, verifier))
      assert.equal(reply.statusCode, 400)
      assert.equal(errorOf(reply), 'invalid_grant', wrong)
    }
    for (const wrong of [code, code.replace('gac_', 'grt_'), tokens.access_token]) {
      assert.equal(errorOf(await server.token(refreshGrant(id, wrong))), 'invalid_grant', wrong)
    }
    assert.equal((await server.token(codeGrant(id, code, verifier))).statusCode, 200)
  })

  test('T62 a stolen code in another session of the same client fails by PKCE', async () => {
    const { server, id } = await withApp()
    await using _ = server
    await server.addUser('mallory')
    const { code } = await obtainCode(server, id)
    const thief = pkce()
    const reply = await server.token(codeGrant(id, code, thief.verifier))
    assert.equal(errorOf(reply), 'invalid_grant')
    assert.equal(reply.json().access_token, undefined)
  })

  test('T56 [behaviour 5] a code lives for 60 seconds and not one more', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier, browser } = await obtainCode(server, id)
    const late = await anotherCode(browser, id)
    server.clock.advance(59)
    assert.equal((await server.token(codeGrant(id, code, verifier))).statusCode, 200)
    server.clock.advance(1)
    const expired = await server.token(codeGrant(id, late.code, late.verifier))
    assert.equal(errorOf(expired), 'invalid_grant')
    server.clock.advance(-30) // a clock that steps back revives what nobody used, never what was used
    assert.equal(errorOf(await server.token(codeGrant(id, code, verifier))), 'invalid_grant')
  })

  test('T57 [behaviour 6] [behaviour 13.2.9] [behaviour 13.2.10] redirect_uri: may be left out, must not differ', async () => {
    const { server, id } = await withApp({ redirect_uris: [REDIRECT, 'https://two.example/'] })
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    for (const redirect_uri of [`${REDIRECT}/`, 'https://two.example/', 'https://evil.example/']) {
      const reply = await server.token({ ...codeGrant(id, code, verifier), redirect_uri })
      assert.equal(errorOf(reply), 'invalid_grant', redirect_uri)
    }
    assert.equal((await server.token(codeGrant(id, code, verifier))).statusCode, 200)
  })

  test('T58 T60 [behaviour 37] [behaviour 38] [behaviour 13.2.7] [behaviour 13.2.8] a missing, wrong or odd verifier burns the code', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code: _first, browser } = await obtainCode(server, id)
    for (const wrong of [
      '',
      pkce().verifier,
      'a'.repeat(42),
      'a'.repeat(129),
      'a'.repeat(60_000),
    ]) {
      const { code, verifier } = await anotherCode(browser, id)
      const refused = await server.token(codeGrant(id, code, wrong))
      assert.equal(refused.statusCode, 400)
      assert.equal(errorOf(refused), 'invalid_grant')
      const right = await server.token(codeGrant(id, code, verifier))
      assert.equal(errorOf(right), 'invalid_grant', 'one guess only')
    }
    assert.equal(await countAudit(server, 'code.pkce_failed'), 5)
  })

  test('T59 [behaviour 36] the challenge itself is no verifier: nothing compares them plainly', async () => {
    const { server, id } = await withApp()
    await using _ = server
    const { code, verifier } = await obtainCode(server, id)
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    assert.equal(errorOf(await server.token(codeGrant(id, code, challenge))), 'invalid_grant')
  })
})
