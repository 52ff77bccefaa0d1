import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { after } from '@grantd/domain'
import { userWithPassword } from '@grantd/oauth'
import {
  anotherCode,
  changeClient,
  changeUser,
  codeGrant,
  isActive,
  OPEN,
  obtainTokens,
  refreshGrant,
  withApp,
} from '../support/flow.ts'
import { type Browser, hiddenFields, PASSWORD, type TestServer } from '../support/server.ts'

/** Ada's app with tokens, and a further code that is not redeemed yet. */
async function withGrants(extra: Record<string, string> = {}) {
  const { server, id } = await withApp({}, OPEN)
  const { tokens, browser } = await obtainTokens(server, id, extra)
  const pending = await anotherCode(browser, id, extra)
  return { server, id, tokens, browser, pending }
}

type Grants = Awaited<ReturnType<typeof withGrants>>

const refresh = ({ server, id, tokens }: Grants) =>
  server.token(refreshGrant(id, tokens.refresh_token))
const redeem = ({ server, id, pending }: Grants) =>
  server.token(codeGrant(id, pending.code, pending.verifier))

async function assertAllDead(grants: Grants): Promise<void> {
  const { server, tokens } = grants
  for (const reply of [await redeem(grants), await refresh(grants)]) {
    assert.equal(reply.statusCode, 400)
    assert.equal(reply.json().error, 'invalid_grant')
  }
  assert.equal(await isActive(server, tokens.access_token), false)
}

async function signOut(browser: Browser) {
  await browser.submit('/auth/logout', hiddenFields((await browser.get('/profile')).body))
}

async function newPassword(server: TestServer, password: string) {
  const { services, storage } = server.assembly
  const existing = await storage.users.findByLogin('ada')
  const wish = { existing, username: 'ada', role: 'user', password } as const
  await storage.commit((await userWithPassword(wish, services)).changes)
}

describe('what ends a grant early', () => {
  test('T70 signing out ends refresh tokens, access tokens and codes of that session', async () => {
    const grants = await withGrants()
    await using _ = grants.server
    await signOut(grants.browser)
    await assertAllDead(grants)
  })

  test('T70 with offline_access refresh tokens go on after signing out, a pending code does not', async () => {
    const grants = await withGrants({ scope: 'read offline_access' })
    await using _ = grants.server
    await signOut(grants.browser)
    assert.equal((await redeem(grants)).json().error, 'invalid_grant')
    assert.equal((await refresh(grants)).statusCode, 200)
  })

  test('T70 T145 a code redeemed while its person signs out buys nothing that lives', async () => {
    const grants = await withGrants()
    await using _ = grants.server
    const [redeemed] = await Promise.all([redeem(grants), signOut(grants.browser)])
    if (redeemed.statusCode === 200) {
      const { access_token, refresh_token } = redeemed.json()
      assert.equal(await isActive(grants.server, access_token), false)
      const next = await grants.server.token(refreshGrant(grants.id, refresh_token))
      assert.equal(next.json().error, 'invalid_grant')
    } else {
      assert.equal(redeemed.json().error, 'invalid_grant')
    }
    await assertAllDead(grants)
  })

  test('T70 signing in again and then out still ends what was granted before', async () => {
    const grants = await withGrants()
    await using _ = grants.server
    await grants.browser.signIn('ada', PASSWORD, '/profile')
    const first = await refresh(grants)
    assert.equal(first.statusCode, 200, 'a new sign-in of the same person ends nothing')
    await signOut(grants.browser)
    const next = refreshGrant(grants.id, first.json().refresh_token)
    assert.equal((await grants.server.token(next)).json().error, 'invalid_grant')
  })

  test('T70 another person who signs in on the same browser ends what the first one had there', async () => {
    const grants = await withGrants()
    await using _ = grants.server
    await grants.server.addUser('bob')
    await grants.browser.signIn('bob', PASSWORD, '/profile')
    await assertAllDead(grants)
  })

  test('T61 T70 a new password ends sessions, codes and tokens, offline ones too', async () => {
    const grants = await withGrants({ scope: 'read offline_access' })
    await using _ = grants.server
    await newPassword(grants.server, 'another long password')
    await assertAllDead(grants)
    assert.equal((await grants.browser.get('/profile')).statusCode, 303)
  })

  test('T61 T70 T83 T167 a disabled account: no code, no refresh, no session, no active token', async () => {
    const grants = await withGrants({ scope: 'read offline_access' })
    await using _ = grants.server
    await changeUser(grants.server, { isEnabled: false })
    await assertAllDead(grants)
    assert.equal((await grants.browser.get('/profile')).statusCode, 303)
    const again = await grants.browser.signIn()
    assert.match(String(again.headers.location), /error=invalid_credentials/)
  })

  test('T70 T75 a disabled client is nobody at the token endpoint, and its tokens are dead', async () => {
    const grants = await withGrants()
    await using _ = grants.server
    await changeClient(grants.server, grants.id, { isEnabled: false })
    for (const reply of [await redeem(grants), await refresh(grants)]) {
      assert.equal(reply.statusCode, 401)
      assert.equal(reply.json().error, 'invalid_client')
    }
    assert.equal(await isActive(grants.server, grants.tokens.access_token), false)
    await changeClient(grants.server, grants.id, { isEnabled: true })
    assert.equal((await refresh(grants)).statusCode, 200)
  })

  test('T70 ending all tokens of a client ends its codes and refresh tokens too', async () => {
    const grants = await withGrants({ scope: 'read offline_access' })
    await using _ = grants.server
    const { id, server } = grants
    const stored = await server.assembly.storage.clients.find(id as never)
    assert.ok(stored)
    server.clock.advance(1)
    await changeClient(server, id, { tokensValidFrom: after(stored.createdAt, 1) })
    await assertAllDead(grants)
  })

  test('T70 a scope taken from the client ends grants that have it, however little they ask for', async () => {
    const grants = await withGrants({ scope: 'read offline_access' })
    await using _ = grants.server
    await changeClient(grants.server, grants.id, { scope: 'read write' as never })
    assert.equal((await redeem(grants)).json().error, 'invalid_grant')
    for (const extra of [{}, { scope: 'read' }]) {
      const order = refreshGrant(grants.id, grants.tokens.refresh_token, extra)
      assert.equal((await grants.server.token(order)).json().error, 'invalid_grant')
    }
  })

  test('T71 a family ends at its absolute age, however often it is refreshed, also for a retry', async () => {
    const { server, id, tokens } = await withGrants({ scope: 'read offline_access' })
    await using _ = server
    let token = tokens.refresh_token
    for (let month = 0; month < 3; month++) {
      server.clock.advance(29 * 86_400)
      const reply = await server.token(refreshGrant(id, token))
      assert.equal(reply.statusCode, 200)
      token = reply.json().refresh_token
    }
    server.clock.advance(3 * 86_400 - 3)
    assert.equal((await server.token(refreshGrant(id, token))).statusCode, 200)
    server.clock.advance(3)
    const retry = await server.token(refreshGrant(id, token))
    assert.equal(retry.json().error, 'invalid_grant', 'the grace time reaches no further')
  })
})
