import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { restoreAll, writeBackup } from '@grantd/storage/copy'
import { clientKeyPair } from '../support/client-keys.ts'
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
import { Browser, ISSUER, TestServer } from '../support/server.ts'

/** A server of its own that was filled from a backup of `server` as it is now. */
class Site {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'grantd-restore-'))
  readonly #file = path.join(this.#folder, 'a.backup')

  async backup(server: TestServer): Promise<void> {
    await writeBackup(server.assembly.storage, this.#file, { now: new Date() })
  }

  /** An hour is a long outage; nothing that lives longer than that may come alive. */
  async restored(from: TestServer, outageSeconds = 60): Promise<TestServer> {
    const server = await TestServer.start(OPEN)
    server.clock.advance((from.clock.nowMs() - server.clock.nowMs()) / 1_000 + outageSeconds)
    const { storage, services } = server.assembly
    const options = { file: this.#file, target: storage, clock: server.clock }
    await restoreAll({ ...options, replace: true, forgetConsents: false })
    await services.keys.ensure({ algorithms: ['ES256'] }) // as a start does
    return server
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}

/** The same browser in front of another server. */
function browserAt(server: TestServer, former: Browser): Browser {
  const browser = new Browser(server)
  for (const [name, value] of former.cookies) browser.cookies.set(name, value)
  return browser
}

describe('security-cases §2.1, 11: restore is an attack', () => {
  test('T66 what was rotated, revoked, redeemed or signed out after the backup stays dead, and so does the rest', async () => {
    using site = new Site()
    const { server: before, id } = await withApp({}, OPEN)
    await using _before = before
    const offline = { scope: 'openid offline_access read' }
    const { tokens, browser } = await obtainTokens(before, id, offline)
    const pending = await anotherCode(browser, id, offline)
    const untouched = await obtainTokens(before, id, offline)
    await site.backup(before)

    const rotated = await before.token(refreshGrant(id, tokens.refresh_token))
    const redeemed = await before.token(codeGrant(id, pending.code, pending.verifier))
    assert.deepEqual([rotated.statusCode, redeemed.statusCode], [200, 200])
    await before.form('/oauth/revoke', { token: tokens.access_token, client_id: id })

    await using after = await site.restored(before, 1)
    const grants = [
      refreshGrant(id, tokens.refresh_token),
      refreshGrant(id, rotated.json().refresh_token),
      refreshGrant(id, untouched.tokens.refresh_token),
      codeGrant(id, pending.code, pending.verifier),
    ]
    for (const grant of grants) {
      const reply = await after.token(grant)
      assert.deepEqual([reply.statusCode, reply.json().error], [400, 'invalid_grant'])
    }
    for (const token of [tokens, rotated.json(), untouched.tokens]) {
      assert.equal(await isActive(after, token.access_token), false)
    }
    for (const each of [browser, untouched.browser]) {
      const profile = await browserAt(after, each).get('/profile')
      assert.equal(profile.statusCode, 303, 'the session is over: on to the sign-in')
    }
  })

  test('people sign in with their passwords, apps get tokens signed by a new key, the act is on record', async () => {
    using site = new Site()
    const { server: before, id } = await withApp({}, OPEN)
    await using _before = before
    const former = await obtainTokens(before, id, { scope: 'openid read' })
    await site.backup(before)
    await using after = await site.restored(before)
    const { tokens } = await obtainTokens(after, id, { scope: 'openid read' })
    const kidOf = (token: string) => decoded(token, 'header').kid
    const { keys } = (await after.inject({ url: '/.well-known/jwks.json' })).json()
    assert.deepEqual(
      keys.map(({ kid }: { kid: string }) => kid),
      [kidOf(tokens.access_token)],
    )
    assert.notEqual(kidOf(former.tokens.access_token), kidOf(tokens.access_token))
    assert.equal(await countAudit(after, 'database.restored'), 1)
  })

  test('T44 a client assertion from before the restore is refused, whether it was used or not', async () => {
    using site = new Site()
    const keys = await clientKeyPair()
    await using before = await TestServer.start()
    const { id } = await before.addClient({
      client_name: 'Service',
      redirect_uris: [],
      grant_types: ['client_credentials'],
      scope: 'read',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [keys.jwk] },
    })
    const now = (server: TestServer) => Math.floor(server.clock.nowMs() / 1_000)
    const ask = async (server: TestServer, assertion: string) => {
      const reply = await server.token({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      })
      return reply.statusCode
    }
    const common = { iss: id, sub: id, aud: ISSUER, exp: now(before) + 290 }
    await site.backup(before)
    const withTime = await keys.sign({ ...common, iat: now(before), jti: 'one' })
    const without = await keys.sign({ ...common, jti: 'two' })
    for (const assertion of [withTime, without]) {
      assert.equal(await ask(before, assertion), 200)
    }
    await using after = await site.restored(before)
    for (const assertion of [withTime, without]) {
      assert.equal(await ask(after, assertion), 401)
    }
    const fresh = { ...common, exp: now(after) + 60, iat: now(after), jti: 'three' }
    assert.equal(await ask(after, await keys.sign(fresh)), 200)
  })
})
