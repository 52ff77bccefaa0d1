import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SIGNING_ALGORITHMS } from '@grantd/domain'
import * as jose from 'jose'
import { HMAC_SECRET, KeyStorage, keyProcess, ManualClock } from '../keys/key-storage.fixture.ts'

const { keyring, actor } = keyProcess(new KeyStorage(), new ManualClock())
await actor.ensure({ algorithms: SIGNING_ALGORITHMS })
const published = jose.createLocalJWKSet(JSON.parse(keyring.publicJwks.body.toString()))

describe('RFC 7515 §3.1 compact JWTs', () => {
  for (const algorithm of SIGNING_ALGORITHMS) {
    test(`jose accepts what ${algorithm} signs, with the key that the JWKS publishes`, async () => {
      const signer = keyring.activeSigner(algorithm)
      const jwt = await signer.sign('{"sub":"Zoë","n":1}', 'at+jwt')
      const options = { algorithms: [algorithm], typ: 'at+jwt' }
      const verified =
        algorithm === 'HS256'
          ? await jose.jwtVerify(jwt, HMAC_SECRET, options)
          : await jose.jwtVerify(jwt, published, options)
      assert.deepEqual(verified.payload, { sub: 'Zoë', n: 1 })
      assert.deepEqual(verified.protectedHeader, { alg: algorithm, typ: 'at+jwt', kid: signer.kid })
    })
  }

  test('the header says of which type a token is (RFC 8725 §3.11)', async () => {
    const jwt = await keyring.activeSigner('ES256').sign('{}', 'JWT')
    assert.equal(jose.decodeProtectedHeader(jwt).typ, 'JWT')
  })

  test('only RSA signs in another thread; the others answer at once', () => {
    const isPromise = SIGNING_ALGORITHMS.map(
      (algorithm) => typeof keyring.activeSigner(algorithm).sign('{}', 'JWT') !== 'string',
    )
    assert.deepEqual(isPromise, [false, true, true, false, false])
  })
})
