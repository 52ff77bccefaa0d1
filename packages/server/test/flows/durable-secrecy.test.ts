import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { clientKeyPair } from '../support/client-keys.ts'
import { codeGrant, obtainTokens, refreshGrant, withApp } from '../support/flow.ts'
import {
  Browser,
  hiddenFields,
  ISSUER,
  obtainCode,
  PASSWORD,
  pkce,
  TestServer,
} from '../support/server.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'grantd-flows-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const onDisk = (name: string) => ({
  OAUTH2_DATABASE_URL: `sqlite:${path.join(folder, name)}`,
  OAUTH2_REFRESH_TOKEN_GRACE_SECS: '0',
})

describe('T66 after a restart', () => {
  test('a rotated refresh token, a used code and a used consent form stay used', async () => {
    const env = onDisk('restart.db')
    const { server, id } = await withApp({}, env)
    const { tokens, code, verifier, browser } = await obtainTokens(server, id)
    const next = (await server.token(refreshGrant(id, tokens.refresh_token))).json()
    const spare = await obtainTokens(server, id)
    await server[Symbol.asyncDispose]()

    await using again = await TestServer.start(env)
    const error = async (fields: Record<string, string>) => (await again.token(fields)).json().error
    assert.equal(await error(codeGrant(id, spare.code, spare.verifier)), 'invalid_grant')
    assert.equal(await error(refreshGrant(id, tokens.refresh_token)), 'invalid_grant')
    assert.equal(await error(refreshGrant(id, next.refresh_token)), 'invalid_grant')
    assert.equal(await error(codeGrant(id, code, verifier)), 'invalid_grant')
    const cookie = `sid=${browser.cookies.get('sid')}`
    const profile = await again.inject({ url: '/profile', headers: { cookie } })
    assert.equal(profile.statusCode, 200, 'who was signed in still is')
  })
})

describe('T44 after a restart', () => {
  test('an assertion that was used stays used', async () => {
    const env = onDisk('assertion.db')
    const keys = await clientKeyPair()
    const server = await TestServer.start(env)
    const { id } = await server.addClient({
      client_name: 'Service',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [keys.jwk] },
      scope: 'read',
    })
    const now = Math.floor(server.clock.nowMs() / 1_000)
    const claims = { iss: id, sub: id, aud: ISSUER, iat: now, exp: now + 60 }
    const ask = async (on: TestServer, assertion: string) =>
      (
        await on.token({
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        })
      ).statusCode
    const used = await keys.sign({ ...claims, jti: 'used' })
    assert.equal(await ask(server, used), 200)
    await server[Symbol.asyncDispose]()
    await using again = await TestServer.start(env)
    assert.equal(await ask(again, used), 401)
    assert.equal(await ask(again, await keys.sign({ ...claims, jti: 'new' })), 200)
  })
})

describe('T225 secrets stay with their holders', () => {
  test('a whole journey with all its mistakes leaves none in the database or the log', async () => {
    const lines: string[] = []
    const write = (fields: object, message: string) => {
      lines.push(
        JSON.stringify(fields, (_, value) => (value instanceof Error ? `${value.stack}` : value)) +
          message,
      )
    }
    const log = { debug: write, info: write, warn: write, error: write }
    const { server, id, secret } = await withApp(
      { token_endpoint_auth_method: 'client_secret_post', scope: 'openid read write' },
      onDisk('secrecy.db'),
      log,
    )
    const as = { client_id: id, client_secret: secret }
    const { code, verifier, browser } = await obtainCode(server, id, { scope: 'openid read' })
    const first = (await server.token({ ...codeGrant(id, code, verifier), ...as })).json()
    const second = (await server.token({ ...refreshGrant(id, first.refresh_token), ...as })).json()
    const wrong = {
      password: 'canary wrong password',
      verifier: pkce().verifier,
      secret: 'canary-secret',
    }
    await new Browser(server).signIn('ada', wrong.password)
    const spare = await obtainCode(server, id)
    await server.token({ ...codeGrant(id, spare.code, wrong.verifier), ...as })
    await server.token({ ...codeGrant(id, spare.code, spare.verifier), ...as })
    await server.token({ ...refreshGrant(id, first.refresh_token), ...as })
    await server.form('/oauth/introspect', { token: second.access_token, ...as })
    await server.form('/oauth/revoke', {
      token: second.access_token,
      ...as,
      client_secret: wrong.secret,
    })
    const logout = hiddenFields((await browser.get('/profile')).body)
    await browser.submit('/auth/logout', logout)
    const audit = JSON.stringify(await server.assembly.storage.audit.list({ limit: 1_000 }))
    await server[Symbol.asyncDispose]()

    const database = readdirSync(folder)
      .filter((name) => name.startsWith('secrecy.db'))
      .map((name) => readFileSync(path.join(folder, name), 'latin1'))
      .join()
    assert.match(database, /token_families/, 'the right files were read')
    assert.match(lines.join(), /used again/, 'the log was heard')
    const secrets: Record<string, string> = {
      password: PASSWORD,
      wrongPassword: wrong.password,
      clientSecret: secret,
      wrongSecret: wrong.secret,
      verifier,
      wrongVerifier: wrong.verifier,
      code: code.slice(code.indexOf('.') + 1),
      refreshToken: first.refresh_token.split('.')[1],
      successor: second.refresh_token.split('.')[1],
      accessToken: first.access_token.split('.')[2],
      idToken: first.id_token.split('.')[2],
      csrf: logout.csrf?.split('.')[2] ?? '',
    }
    for (const [name, value] of Object.entries(secrets)) {
      assert.ok(value.length > 8, name)
      assert.ok(!database.includes(value), `${name} is in the database`)
      assert.ok(!lines.join().includes(value), `${name} is in the log`)
      assert.ok(!audit.includes(value), `${name} is in the audit trail`)
    }
  })
})
