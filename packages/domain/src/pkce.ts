import { hash } from 'node:crypto'
import type { Brand } from './brand.ts'
import { invalidGrant, invalidRequest } from './errors.ts'
import { type SecretHash, sameHash } from './secret.ts'

/** BASE64URL(SHA-256(verifier)), RFC 7636 §4.2. */
export type CodeChallenge = Brand<string, 'CodeChallenge'>

/**
 * Of a code that was granted without PKCE, which only a server that is open to the conformance suite
 * does. No verifier fits it.
 */
export const NO_CHALLENGE = '' as CodeChallenge

// SHA-256 leaves two zero bits in the 43rd character: other endings are not the hash of anything.
const CHALLENGE_SHAPE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/
const VERIFIER_SHAPE = /^[A-Za-z0-9._~-]{43,128}$/

/**
 * Reads `code_challenge` and `code_challenge_method` of an authorization request. Both are required
 * of every client and only S256 is known, so nothing can be downgraded (RFC 9700 §2.1.1).
 */
export function parseCodeChallenge(
  challenge: string | undefined,
  method: string | undefined,
): CodeChallenge {
  if (challenge === undefined) throw invalidRequest('code_challenge is required (PKCE, RFC 7636)')
  if (method !== 'S256') throw invalidRequest('code_challenge_method must be S256')
  if (!CHALLENGE_SHAPE.test(challenge)) {
    throw invalidRequest(
      'code_challenge must be the base64url SHA-256 of the verifier: 43 characters, no padding',
    )
  }
  return challenge as CodeChallenge
}

/**
 * Throws `invalid_grant` unless `verifier` is well-formed and hashes to `challenge` (RFC 7636 §4.6).
 * Without a challenge there must be no verifier: whoever sends one believes to be protected (T59).
 */
export function verifyPkce(verifier: string | undefined, challenge: CodeChallenge): void {
  if (challenge === NO_CHALLENGE) {
    if (verifier === undefined) return
    throw invalidGrant('code_verifier was sent, but no code_challenge')
  }
  if (verifier === undefined) throw invalidGrant('code_verifier is required')
  // Checked before hashing: nobody makes the server hash a megabyte.
  if (!VERIFIER_SHAPE.test(verifier)) {
    throw invalidGrant('code_verifier must be 43 to 128 unreserved characters')
  }
  const computed = hash('sha256', verifier, 'base64url') as SecretHash
  if (!sameHash(computed, challenge as string as SecretHash)) {
    throw invalidGrant('code_verifier does not match the code_challenge')
  }
}
