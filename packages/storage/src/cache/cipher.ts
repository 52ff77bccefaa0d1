import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'

const VERSION = 1
const NONCE = 12
const SEAL = 16
/** Characters of a tag: 128 bits are more than enough to tell what is on one channel apart. */
const TAG = 22
/** A longer value is not worth a place in a cache. */
const LONGEST = 16_384

/** Where a value is kept, and the key that only this value is sealed with. */
export interface Place {
  readonly name: string
  readonly key: Uint8Array
}

export interface Sealed<Value> {
  readonly value: Value
  readonly deadline: number
}

/**
 * Names and values for a cache that is not trusted: names are keyed hashes, values are sealed under a key
 * of their own, which is bound to the name. Whoever reads the cache learns nothing, and whoever writes to
 * it can make no token live and no client secret right.
 */
export class CacheCipher {
  readonly #places: string
  readonly #tags: string

  /**
   * `scope` names the deployment, whose processes hear each other; `shape` names what values look like
   * and the database they are of: releases that differ in it do not read each other's values.
   */
  constructor(secrets: { encryptionKey: Uint8Array; scope: string; shape: string }) {
    const derive = (info: string) =>
      Buffer.from(
        hkdfSync('sha256', secrets.encryptionKey, '', `grantd cache v1 ${info}`, 32),
      ).toString('base64url')
    this.#tags = derive(`tags ${secrets.scope}`)
    this.#places = derive(`values ${secrets.scope} ${secrets.shape}`)
  }

  /** The channel on which the processes of one deployment hear each other. */
  get channel(): string {
    return this.tag('channel')
  }

  // A hash over key and text serves as a keyed one, at a third of what an HMAC costs: of both hashes most is
  // kept back, so nobody can go on from what is seen to the hash of a longer text.
  tag(text: string): string {
    return hash('sha256', `${this.#tags} ${text}`, 'base64url').slice(0, TAG)
  }

  place(kind: string, id: string): Place {
    const bytes = hash('sha512', `${this.#places} ${kind} ${id}`, 'buffer')
    return { name: bytes.toString('base64url', 32, 48), key: bytes.subarray(0, 32) }
  }

  /** `undefined` for a value that is too long to be kept. */
  seal<Value>({ key }: Place, sealed: Sealed<Value>): Uint8Array | undefined {
    const plain = serialize(sealed)
    if (plain.length > LONGEST) return undefined
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const body = [cipher.update(plain), cipher.final()]
    return Buffer.concat([Buffer.of(VERSION), nonce, ...body, cipher.getAuthTag()])
  }

  /** `undefined` for anything that this deployment did not put there. */
  open<Value>({ key }: Place, bytes: Uint8Array): Sealed<Value> | undefined {
    if (bytes[0] !== VERSION || bytes.length < 1 + NONCE + SEAL) return undefined
    try {
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE))
      cipher.setAuthTag(bytes.subarray(-SEAL))
      const plain = [cipher.update(bytes.subarray(1 + NONCE, -SEAL)), cipher.final()]
      // Sealed by this deployment under a key that is bound to kind, id and shape.
      return deepFreeze(deserialize(Buffer.concat(plain)) as Sealed<Value>)
    } catch {
      return undefined
    }
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
