import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as jose from 'jose'
import { addAda, authorize, OPENID_CLIENT, redeem, verified } from '../support/openid.ts'
import { Browser, ISSUER, TestServer } from '../support/server.ts'

describe('OIDC Core §2, §3.1.3: the ID token', () => {
  let server: TestServer
  let client: { id: string; secret: string }
  let userId: string
  before(async () => {
    server = await TestServer.start()
    userId = await addAda(server)
    client = await server.addClient(OPENID_CLIENT)
  })
  after(() => server[Symbol.asyncDispose]())

  test('says who, when and how, and nothing about the person', async () => {
    const answer = await authorize(new Browser(server), client.id, {
      scope: 'openid profile email address phone',
      nonce: 'n-1',
    })
    const { id_token = '' } = await redeem(server, client, answer)
    const { sid, at_hash, ...claims } = await verified(server, id_token, client.id)
    const now = Math.floor(server.clock.nowMs() / 1000)
    assert.deepEqual(claims, {
      iss: ISSUER,
      sub: userId,
      aud: client.id,
      iat: now,
      exp: now + 3600,
      auth_time: now,
      nonce: 'n-1',
      acr: 'urn:grantd:acr:1fa',
      amr: ['pwd'],
    })
    assert.ok(typeof sid === 'string' && typeof at_hash === 'string')
  })

  test('a refreshed one keeps auth_time and sub and has no nonce (§12.2)', async () => {
    const browser = new Browser(server)
    const answer = await authorize(browser, client.id, { nonce: 'n-2' })
    const first = await redeem(server, client, answer)
    const before = await verified(server, first.id_token ?? '', client.id)
    server.clock.advance(60)
    const reply = await server.token({
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token ?? '',
      client_id: client.id,
      client_secret: client.secret,
    })
    const claims = await verified(server, reply.json().id_token, client.id)
    assert.deepEqual([claims.sub, claims.auth_time], [before.sub, before.auth_time])
    assert.equal(claims.nonce, undefined)
  })

  for (const algorithm of ['ES256', 'EdDSA', 'RS256', 'PS256'] as const) {
    test(`id_token_signed_response_alg ${algorithm} is kept to`, async () => {
      const own = await server.addClient({
        ...OPENID_CLIENT,
        id_token_signed_response_alg: algorithm,
      })
      const { id_token = '' } = await redeem(
        server,
        own,
        await authorize(new Browser(server), own.id),
      )
      assert.equal(jose.decodeProtectedHeader(id_token).alg, algorithm)
      await verified(server, id_token, own.id)
    })
  }

  test('sid is one per session and client', async () => {
    const other = await server.addClient(OPENID_CLIENT)
    const browser = new Browser(server)
    const sids = []
    for (const one of [client, client, other]) {
      const { id_token = '' } = await redeem(server, one, await authorize(browser, one.id))
      sids.push(jose.decodeJwt(id_token).sid)
    }
    assert.equal(sids[0], sids[1])
    assert.notEqual(sids[0], sids[2])
  })
})

describe('OIDC Core §8: pairwise subjects', () => {
  test('differ by sector, agree within one, and show in every place', async () => {
    await using server = await TestServer.start()
    const userId = await addAda(server)
    const pairwise = { ...OPENID_CLIENT, subject_type: 'pairwise' }
    const a = await server.addClient(pairwise)
    const b = await server.addClient(pairwise)
    const c = await server.addClient({
      ...pairwise,
      sector_identifier_uri: 'https://other.example/sector.json',
    })
    const subjects = []
    for (const client of [a, b, c]) {
      const tokens = await redeem(server, client, await authorize(new Browser(server), client.id))
      const idToken = await verified(server, tokens.id_token ?? '', client.id)
      const userinfo = await server.inject({
        url: '/oauth/userinfo',
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      const seen = await server.form('/oauth/introspect', {
        token: tokens.access_token ?? '',
        client_id: client.id,
        client_secret: client.secret,
      })
      assert.equal(userinfo.json().sub, idToken.sub) // T93
      assert.equal(seen.json().sub, idToken.sub)
      assert.equal(jose.decodeJwt(tokens.access_token ?? '').sub, idToken.sub)
      assert.ok(!JSON.stringify([tokens, seen.json()]).includes(userId))
      subjects.push(idToken.sub)
    }
    assert.equal(subjects[0], subjects[1])
    assert.notEqual(subjects[0], subjects[2])
  })
})
