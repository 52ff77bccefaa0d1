import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AccessToken,
  type Client,
  clientId,
  type EpochSeconds,
  hashSecret,
  IdMaker,
  parseId,
  type Scope,
  systemRandom,
  type TokenId,
  type TokenStatus,
  type UserId,
} from '@grantd/domain'
import * as jose from 'jose'
import { KeyStorage, keyProcess, ManualClock } from '../keys/key-storage.fixture.ts'
import type { OAuthSettings } from '../settings.ts'
import { type AccessTokenOrder, findLiveToken, mintAccessToken } from './access-token.ts'

const clock = new ManualClock()
const { keyring, actor } = keyProcess(new KeyStorage(), clock)
await actor.ensure({ algorithms: ['ES256', 'RS256'] })
const published = jose.createLocalJWKSet(JSON.parse(keyring.publicJwks.body.toString()))
const ids = new IdMaker({ clock, random: systemRandom })
const currentDate = new Date(clock.nowMs())
const now = (clock.nowMs() / 1000) as EpochSeconds
const userId = ids.next<UserId>()

const order: AccessTokenOrder = {
  client: { id: clientId('shop') } as Client, // minting reads nothing but the id
  scope: 'read write' as Scope,
  resources: [],
  issuedAt: now,
}
const signedIn = { ...order, userId, authTime: (now - 60) as EpochSeconds, amr: ['pwd'] }

function ports(changed: Partial<OAuthSettings> = {}) {
  const settings = {
    issuer: 'https://id.example',
    accessTokenAlgorithm: 'ES256',
    accessTokensOpaque: false,
    accessTokenLifetime: 900,
    ...changed,
  } as OAuthSettings
  return { keyring, ids, random: systemRandom, settings }
}

describe('RFC 9068 §2 JWT access tokens', () => {
  test('a client that acts for itself is its own subject', async () => {
    const { value, row } = await mintAccessToken(order, ports())
    const verified = await jose.jwtVerify(value, published, { typ: 'at+jwt', currentDate })
    assert.deepEqual(verified.payload, {
      iss: 'https://id.example',
      sub: 'shop',
      aud: 'shop',
      client_id: 'shop',
      scope: 'read write',
      iat: now,
      exp: now + 900,
      jti: row.id,
    })
    assert.ok(parseId(row.id))
    assert.equal(row.hash, hashSecret(value))
    assert.equal(row.expiresAt, now + 900)
  })

  test('for a person it says who, when and how (§2.2.1)', async () => {
    const claims = jose.decodeJwt((await mintAccessToken(signedIn, ports())).value)
    assert.equal(claims.sub, userId)
    assert.equal(claims.auth_time, now - 60)
    assert.deepEqual(claims.amr, ['pwd'])
  })

  const audiences: [string, readonly string[], string | undefined, string | string[]][] = [
    ['several resources', ['https://a', 'https://b'], 'api', ['https://a', 'https://b']],
    ['one resource', ['https://a'], 'api', 'https://a'],
    ['the configured audience', [], 'api', 'api'],
    ['the client', [], undefined, 'shop'],
  ]
  for (const [title, resources, audience, expected] of audiences) {
    test(`the audience is ${title} (§3)`, async () => {
      const minted = await mintAccessToken({ ...order, resources }, ports({ audience }))
      assert.deepEqual(jose.decodeJwt(minted.value).aud, expected)
      assert.deepEqual(minted.row.audience, [expected].flat())
    })
  }

  test('ES256 answers at once, RS256 from another thread', async () => {
    assert.ok(!(mintAccessToken(order, ports()) instanceof Promise))
    const minted = mintAccessToken(order, ports({ accessTokenAlgorithm: 'RS256' }))
    assert.ok(minted instanceof Promise)
    const { protectedHeader } = await jose.jwtVerify((await minted).value, published, {
      currentDate,
    })
    assert.equal(protectedHeader.alg, 'RS256')
  })
})

describe('findLiveToken', async () => {
  const events = { tell: () => undefined }

  async function find(text: string, row: AccessToken, more: Partial<TokenStatus> = {}) {
    const live = { isFamilyRevoked: false, isUserActive: true, username: undefined }
    const status = { token: row, ...live, ...more }
    const tokens = { find: async (id: TokenId) => (id === row.id ? status : undefined) }
    return (await findLiveToken(text, { storage: { tokens }, clock, events }))?.status.token
  }

  for (const accessTokensOpaque of [false, true]) {
    const kind = accessTokensOpaque ? 'an opaque token' : 'a JWT'
    const minted = await mintAccessToken(signedIn, ports({ accessTokensOpaque }))
    const { value, row } = minted

    test(`finds ${kind}`, async () => {
      assert.equal(await find(value, row), row)
      assert.equal(value.startsWith('at_'), accessTokensOpaque)
    })

    const lengthened = `${value}A`
    const altered = value.slice(0, -2) + (value.endsWith('AA') ? 'BB' : 'AA')
    for (const [title, text] of Object.entries({ lengthened, altered, cut: value.slice(0, -1) })) {
      test(`not ${kind} that was ${title}`, async () => {
        assert.equal(await find(text, row), undefined)
      })
    }

    test(`not ${kind} that ended, was revoked, or whose family or user ended`, async () => {
      assert.equal(await find(value, { ...row, expiresAt: now }), undefined)
      assert.equal(await find(value, { ...row, revokedAt: now }), undefined)
      assert.equal(await find(value, row, { isFamilyRevoked: true }), undefined)
      assert.equal(await find(value, row, { isUserActive: false }), undefined)
    })
  }

  test('a forged payload that names a real jti is not its token', async () => {
    const { value, row } = await mintAccessToken(order, ports())
    const [header, , signature] = value.split('.')
    const claims = { ...jose.decodeJwt(value), scope: 'admin' }
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
    assert.equal(await find(`${header}.${payload}.${signature}`, row), undefined)
  })

  const rubbish = [
    '',
    '.',
    'a.b.c',
    'at_',
    `at_${'A'.repeat(22)}.`,
    'a.bnVsbA.c',
    'a.WzFd.c',
    'x.e30.y.z',
  ]
  for (const text of [...rubbish, `a.${'e30'.repeat(9_000)}.c`]) {
    test(`"${text.slice(0, 30)}" is no token`, async () => {
      const { row } = await mintAccessToken(order, ports())
      assert.equal(await find(text, row), undefined)
    })
  }
})
