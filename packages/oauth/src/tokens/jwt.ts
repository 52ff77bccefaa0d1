import { constants, createHmac, createSecretKey, type KeyObject, sign } from 'node:crypto'
import type { KeyId, SigningAlgorithm } from '@grantd/domain'

/** RFC 8725 §3.11: the type keeps one kind of JWT from passing for another. */
export type JwtType = 'at+jwt' | 'JWT' | 'logout+jwt'

/** One key, ready to sign compact JWTs (RFC 7515 §3.1). */
export interface Signer {
  readonly kid: KeyId
  readonly algorithm: SigningAlgorithm
  /**
   * The whole JWT over claims that are JSON text already. HS256, ES256 and EdDSA answer at once (a
   * thread costs more than it saves); RS256 and PS256 sign in the thread pool and give a promise.
   */
  sign(payloadJson: string, type: JwtType): string | Promise<string>
}

type Sign = (input: string) => string | Promise<string>

/** A signer for a private key, or for the secret of HS256. */
export function signerOf(key: {
  readonly kid: KeyId
  readonly algorithm: SigningAlgorithm
  readonly privateKey: KeyObject
}): Signer {
  const { kid, algorithm, privateKey } = key
  const signInput = signFunction(algorithm, privateKey)
  const header = (typ: JwtType): string =>
    `${encode(JSON.stringify({ alg: algorithm, typ, kid }))}.`
  const headers: Readonly<Record<JwtType, string>> = {
    'at+jwt': header('at+jwt'),
    JWT: header('JWT'),
    'logout+jwt': header('logout+jwt'),
  }
  return {
    kid,
    algorithm,
    sign: (payloadJson, type) => signInput(headers[type] + encode(payloadJson)),
  }
}

/** The kid of the HS256 secret. A constant: a digest of a secret is nobody's business. */
const HMAC_KID = 'hs256' as KeyId

export function hmacSigner(secret: Uint8Array): Signer {
  return signerOf({ kid: HMAC_KID, algorithm: 'HS256', privateKey: createSecretKey(secret) })
}

function signFunction(algorithm: SigningAlgorithm, key: KeyObject): Sign {
  switch (algorithm) {
    case 'HS256':
      return (input) => `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
    case 'ES256': {
      const options = { key, dsaEncoding: 'ieee-p1363' } as const
      return (input) => `${input}.${sign('sha256', bytesOf(input), options).toString('base64url')}`
    }
    case 'EdDSA':
      return (input) => `${input}.${sign(null, bytesOf(input), key).toString('base64url')}`
    case 'RS256':
      return (input) => signInThreadPool(input, { key })
    case 'PS256':
      return (input) =>
        signInThreadPool(input, {
          key,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST, // RFC 7518 §3.5
        })
  }
}

function signInThreadPool(
  input: string,
  options: { key: KeyObject; padding?: number; saltLength?: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytesOf(input), options, (error, signature) => {
      if (error) reject(error)
      else resolve(`${input}.${signature.toString('base64url')}`)
    })
  })
}

function encode(json: string): string {
  return Buffer.from(json, 'utf8').toString('base64url')
}

// base64url and a dot are ASCII; latin1 is the cheapest way to their bytes.
function bytesOf(input: string): Buffer {
  return Buffer.from(input, 'latin1')
}
