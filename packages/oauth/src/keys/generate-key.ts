import { generateKeyPair, type KeyObject } from 'node:crypto'
import type { EpochSeconds, KeyState, Random, SigningAlgorithm, SigningKey } from '@grantd/domain'
import { KeyError } from './key-error.ts'
import { publicJwkOf } from './public-jwk.ts'
import { sealKey } from './sealed-key.ts'

/** Algorithms with a key pair; HS256 has a configured secret instead and nothing to generate. */
export type KeyPairAlgorithm = Exclude<SigningAlgorithm, 'HS256'>

/** ASVS 11.2.3: RSA of at least 3072 bits has the 128 bits of strength that P-256 has. */
const RSA_BITS = 3_072

/**
 * A new signing key, sealed for storage. Its kid is the RFC 7638 thumbprint: it names this very
 * public key, so it cannot collide, anyone can recompute it, and a stored key can be checked against
 * it. Age is in `createdAt`, so the kid need not carry time. Generated off the main thread: an RSA
 * pair takes up to seconds.
 */
export async function generateKey(order: {
  readonly algorithm: KeyPairAlgorithm
  readonly state: KeyState
  readonly encryptionKey: Uint8Array
  readonly random: Random
  readonly at: EpochSeconds
}): Promise<SigningKey> {
  const privateKey = await generatePrivateKey(order.algorithm)
  const jwk = publicJwkOf(privateKey, order.algorithm)
  return {
    kid: jwk.kid,
    algorithm: order.algorithm,
    state: order.state,
    publicJwk: JSON.stringify(jwk),
    sealedPrivateKey: sealKey(privateKey, jwk.kid, order),
    createdAt: order.at,
    stateChangedAt: order.at,
  }
}

/** Narrows to an algorithm with a key pair; throws `E_KEYS_SETTING` for HS256. */
export function keyPairAlgorithm(algorithm: SigningAlgorithm): KeyPairAlgorithm {
  if (algorithm !== 'HS256') return algorithm
  throw new KeyError(
    'E_KEYS_SETTING',
    'HS256 signs with jwt.secret (OAUTH2_JWT_SECRET); change that setting instead of rotating a key',
  )
}

function generatePrivateKey(algorithm: KeyPairAlgorithm): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject): void => {
      if (error) reject(error)
      else resolve(privateKey)
    }
    switch (algorithm) {
      case 'ES256':
        return generateKeyPair('ec', { namedCurve: 'P-256' }, done)
      case 'EdDSA':
        return generateKeyPair('ed25519', {}, done)
      case 'RS256':
      case 'PS256':
        return generateKeyPair('rsa', { modulusLength: RSA_BITS }, done)
    }
  })
}
