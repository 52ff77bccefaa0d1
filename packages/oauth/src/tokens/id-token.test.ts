import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  type Client,
  clientId,
  type EpochSeconds,
  type Scope,
  SIGNING_ALGORITHMS,
  type UserId,
} from '@grantd/domain'
import * as jose from 'jose'
import { ClientKeys } from '../clients/client-keys.ts'
import {
  ENCRYPTION_KEY,
  HMAC_SECRET,
  KeyStorage,
  keyProcess,
  ManualClock,
} from '../keys/key-storage.fixture.ts'
import type { OAuthSettings } from '../settings.ts'
import { Subjects } from '../subjects/subjects.ts'
import { type IdTokenOrder, leftHalfHash, mintIdToken } from './id-token.ts'

const clock = new ManualClock()
const { keyring, actor } = keyProcess(new KeyStorage(), clock)
await actor.ensure({ algorithms: SIGNING_ALGORITHMS })
const now = (clock.nowMs() / 1000) as EpochSeconds

const order: IdTokenOrder = {
  client: { id: clientId('shop'), metadata: {} } as Client, // minting reads nothing else
  userId: 'AAAAAAAAAAAAAAAAAAAAAA' as UserId,
  scope: 'openid read' as Scope,
  nonce: 'n-0S6_WzA2Mj',
  authTime: (now - 5) as EpochSeconds,
  amr: ['pwd', 'otp'],
  accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
  issuedAt: now,
}

const refused = () => Promise.reject(new Error('nothing is fetched for these tokens'))

function ports(idTokenAlgorithm: OAuthSettings['idTokenAlgorithm']) {
  const settings = { issuer: 'https://id.example', idTokenLifetime: 600, idTokenAlgorithm }
  const subjects = new Subjects({ encryptionKey: ENCRYPTION_KEY })
  const outbound = { get: refused, postForm: refused, refusal: refused }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const clientKeys = new ClientKeys({ outbound, clock, log })
  return { keyring, subjects, clientKeys, settings: settings as OAuthSettings }
}

describe('OIDC Core §2 ID token', () => {
  test('holds the protocol claims and no others', async () => {
    const { payload, protectedHeader } = await jose.jwtVerify(
      await mintIdToken(order, ports('ES256')),
      jose.createLocalJWKSet(JSON.parse(keyring.publicJwks.body.toString())),
      { issuer: 'https://id.example', audience: 'shop', currentDate: new Date(clock.nowMs()) },
    )
    assert.equal(protectedHeader.typ, 'JWT')
    assert.deepEqual(payload, {
      iss: 'https://id.example',
      sub: order.userId,
      aud: 'shop',
      exp: now + 600,
      iat: now,
      auth_time: now - 5,
      nonce: 'n-0S6_WzA2Mj',
      amr: ['pwd', 'otp'],
      at_hash: '77QmUPtjPfzWtF2AnpK9RQ', // the example of OIDC Core §A.3 and §A.4
    })
  })

  test('a claim that was asked for by name never replaces one of the protocol', async () => {
    const claims = { sub: 'somebody else', email: 'ada@example.test' }
    const jwt = await mintIdToken({ ...order, claims }, ports('ES256'))
    const { sub, email } = jose.decodeJwt(jwt)
    assert.deepEqual([sub, email], [order.userId, 'ada@example.test'])
  })

  test('beside a code it has c_hash, and at_hash only beside an access token', async () => {
    const { accessToken, ...frontChannel } = order
    const jwt = await mintIdToken({ ...frontChannel, code: 'a code' }, ports('ES256'))
    const claims = jose.decodeJwt(jwt)
    assert.equal(claims.c_hash, leftHalfHash('a code', 'ES256'))
    assert.ok(!('at_hash' in claims) && accessToken !== undefined)
  })

  test('is signed with what the client registered, whatever the default', async () => {
    const metadata = { id_token_signed_response_alg: 'EdDSA' } as const
    const client = { ...order.client, metadata }
    const jwt = await mintIdToken({ ...order, client }, ports('ES256'))
    assert.equal(jose.decodeProtectedHeader(jwt).alg, 'EdDSA')
  })

  test('has no nonce where the request had none', async () => {
    const claims = jose.decodeJwt(await mintIdToken({ ...order, nonce: undefined }, ports('ES256')))
    assert.ok(!('nonce' in claims))
  })

  for (const algorithm of SIGNING_ALGORITHMS) {
    test(`is signed with ${algorithm} where so configured`, async () => {
      const jwt = await mintIdToken(order, ports(algorithm))
      assert.equal(jose.decodeProtectedHeader(jwt).alg, algorithm)
      if (algorithm === 'HS256')
        await jose.jwtVerify(jwt, HMAC_SECRET, { currentDate: new Date(clock.nowMs()) })
    })
  }

  test('is not made without the scope openid', async () => {
    await assert.rejects(
      mintIdToken({ ...order, scope: 'read' as Scope }, ports('ES256')),
      TypeError,
    )
  })
})

describe('OIDC Core §3.1.3.6 at_hash', () => {
  test('is the left half of the digest that belongs to alg', () => {
    for (const [algorithm, digest, bytes] of [
      ['ES256', 'sha256', 16],
      ['RS256', 'sha256', 16],
      ['PS256', 'sha256', 16],
      ['HS256', 'sha256', 16],
      ['EdDSA', 'sha512', 32],
    ] as const) {
      const full = createHash(digest).update('token', 'ascii').digest()
      assert.equal(leftHalfHash('token', algorithm), full.subarray(0, bytes).toString('base64url'))
    }
  })
})
