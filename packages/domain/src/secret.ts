import { hash, timingSafeEqual } from 'node:crypto'
import type { Brand } from './brand.ts'

/** SHA-256 as 43 characters of base64url: all that storage ever sees of a secret. */
export type SecretHash = Brand<string, 'SecretHash'>

/**
 * Hashes a secret of at least 128 random bits. Not for passwords: those are guessable and need a
 * slow hash (ASVS 6.5.2).
 */
export function hashSecret(secret: string): SecretHash {
  return hash('sha256', secret, 'base64url') as SecretHash
}

const HASH_LENGTH = 43
const left = Buffer.alloc(HASH_LENGTH)
const right = Buffer.alloc(HASH_LENGTH)

/** Constant time: how far two digests agree must not show in the answer time. */
export function sameHash(a: SecretHash, b: SecretHash): boolean {
  if (a.length !== HASH_LENGTH || b.length !== HASH_LENGTH) return false
  left.write(a, 'latin1')
  right.write(b, 'latin1')
  return timingSafeEqual(left, right)
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** A value that must not be printed: interpolation, JSON and console all show `[secret]`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The plain value; call it only where it leaves for its one reader. */
  reveal(): string {
    return this.#value
  }

  hash(): SecretHash {
    return hashSecret(this.#value)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [INSPECT](): string {
    return '[secret]'
  }
}
