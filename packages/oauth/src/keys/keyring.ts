import { hash } from 'node:crypto'
import type { Clock, KeyId, SigningAlgorithm, SigningKey, Storage } from '@grantd/domain'
import { hmacSigner, type Signer, signerOf } from '../tokens/jwt.ts'
import { KeyError } from './key-error.ts'
import { type PublicJwk, publicJwkOf } from './public-jwk.ts'
import { unsealKey } from './sealed-key.ts'

/** Seconds for which verifiers may keep the JWKS; also how long a key is published before its first use. */
export const JWKS_MAX_AGE = 3_600
/** How often, at most, the ring asks storage whether keys changed. */
const CHECK_MS = 500
/**
 * Older than this a view must not sign: another process may have retired the key, or this one may have
 * slept through a whole grace time. An idle server asks storage once before it signs again.
 */
const LONGEST_UNCHECKED_MS = 5_000

/** Bytes and ETag of the JWKS, ready to send. */
export interface PublicJwks {
  readonly body: Buffer
  readonly etag: string
}

interface OpenKey {
  readonly sealed: string
  readonly signer: Signer
  readonly jwk: PublicJwk
}

interface View {
  readonly version: number
  readonly keys: readonly SigningKey[]
  readonly open: ReadonlyMap<KeyId, OpenKey>
  readonly active: ReadonlyMap<SigningAlgorithm, Signer>
  readonly jwks: PublicJwks
}

/**
 * The signing keys in memory. `load()` once, then every read is synchronous; using the ring makes it
 * ask storage at most every 500 ms whether another process changed the keys. Not an actor: it decides
 * nothing (that is `KeyActor`), and a view a moment old signs with a key that is still published.
 *
 * Every published key must open under the encryption key and match its kid, so a row that somebody
 * else wrote into the table never reaches the JWKS.
 */
export class Keyring {
  readonly #storage: Pick<Storage, 'keys' | 'versions'>
  readonly #clock: Clock
  readonly #encryptionKey: Uint8Array
  readonly #hmac: Signer | undefined
  readonly #observe: (signer: Signer) => Signer
  readonly #onRefreshFailed: ((error: unknown) => void) | undefined
  #view: View | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #startedAt = Number.NEGATIVE_INFINITY
  #checking: Promise<void> | undefined

  constructor(options: {
    storage: Pick<Storage, 'keys' | 'versions'>
    clock: Clock
    /** 32 bytes: `secrets.encryption_key`. */
    encryptionKey: Uint8Array
    /** `jwt.secret`, for HS256. Never published. */
    hmacSecret?: Uint8Array | undefined
    /** Stands for each signer that is given out. */
    observe?: ((signer: Signer) => Signer) | undefined
    /** Hears of a failed check in the background; the former view stays in use. */
    onRefreshFailed?: (error: unknown) => void
  }) {
    this.#storage = options.storage
    this.#clock = options.clock
    this.#encryptionKey = options.encryptionKey
    this.#observe = options.observe ?? ((signer) => signer)
    const { hmacSecret } = options
    this.#hmac = hmacSecret === undefined ? undefined : this.#observe(hmacSigner(hmacSecret))
    this.#onRefreshFailed = options.onRefreshFailed
  }

  /** Reads the keys now. Throws `E_KEYS_SEALED` for a wrong encryption key, StorageError otherwise. */
  async load(): Promise<void> {
    await this.#checking?.catch(() => undefined) // a check under way may have read the former state
    await this.#check(true)
  }

  /**
   * Makes sure that the view was checked within `withinMs`; `undefined` when it was, so that a busy
   * server waits for nothing. Rejects when storage cannot be read.
   */
  confirm(withinMs: number = LONGEST_UNCHECKED_MS): Promise<void> | undefined {
    if (Math.abs(this.#clock.nowMs() - this.#checkedAt) <= withinMs) return undefined
    return this.#check(false)
  }

  /** The key that signs now. Throws `E_KEYS_MISSING` when there is none. */
  activeSigner(algorithm: SigningAlgorithm): Signer {
    if (algorithm === 'HS256') return this.#hmacSigner()
    this.#refreshSoon()
    const signer = this.#loaded().active.get(algorithm)
    if (signer !== undefined) return signer
    throw new KeyError('E_KEYS_MISSING', `there is no active ${algorithm} key; restart makes one`)
  }

  /** Whether `activeSigner` would find one. */
  canSign(algorithm: SigningAlgorithm): boolean {
    if (algorithm === 'HS256') return this.#hmac !== undefined
    return this.#loaded().active.has(algorithm)
  }

  /** Keys in the states next, active and retiring; public members only (RFC 7517 §5). */
  get publicJwks(): PublicJwks {
    this.#refreshSoon()
    return this.#loaded().jwks
  }

  /** All keys as of the last check, oldest first. */
  get keys(): readonly SigningKey[] {
    return this.#loaded().keys
  }

  #hmacSigner(): Signer {
    if (this.#hmac !== undefined) return this.#hmac
    throw new KeyError('E_KEYS_MISSING', 'HS256 needs jwt.secret (OAUTH2_JWT_SECRET)')
  }

  #loaded(): View {
    if (this.#view === undefined) throw new Error('Keyring.load() must be awaited before use')
    return this.#view
  }

  #refreshSoon(): void {
    // A clock that stepped back must not silence the checks, hence the distance.
    if (Math.abs(this.#clock.nowMs() - this.#startedAt) < CHECK_MS) return
    this.#check(false).catch((error: unknown) => this.#onRefreshFailed?.(error))
  }

  #check(always: boolean): Promise<void> {
    if (this.#checking !== undefined) return this.#checking
    this.#startedAt = this.#clock.nowMs()
    this.#checking = this.#readIfChanged(always).finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #readIfChanged(always: boolean): Promise<void> {
    const startedAt = this.#clock.nowMs()
    // The version first: a change in between is then read once more, never missed.
    const version = (await this.#storage.versions()).keys
    if (always || version !== this.#view?.version) {
      const open = (key: SigningKey) => openKey(key, this.#encryptionKey, this.#observe)
      this.#view = viewOf(await this.#storage.keys.list(), version, this.#view, open)
    }
    this.#checkedAt = startedAt
  }
}

/** The order of keys everywhere: by age, then kid. */
export function byAge(a: SigningKey, b: SigningKey): number {
  return a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1)
}

/**
 * Should two keys of an algorithm ever be active, every process must pick the same one: the one that
 * became active last, then the smaller kid.
 */
export function pickActive(
  keys: readonly SigningKey[],
  algorithm: SigningAlgorithm,
): SigningKey | undefined {
  return keys
    .filter((key) => key.algorithm === algorithm && key.state === 'active')
    .sort((a, b) => b.stateChangedAt - a.stateChangedAt || (a.kid < b.kid ? -1 : 1))[0]
}

function viewOf(
  rows: readonly SigningKey[],
  version: number,
  former: View | undefined,
  openOne: (key: SigningKey) => OpenKey,
): View {
  const keys = [...rows].sort(byAge)
  const open = new Map<KeyId, OpenKey>()
  for (const key of keys) {
    if (key.state === 'retired') continue
    const known = former?.open.get(key.kid)
    open.set(key.kid, known?.sealed === key.sealedPrivateKey ? known : openOne(key))
  }
  const active = new Map<SigningAlgorithm, Signer>()
  for (const { algorithm } of keys) {
    const signer = open.get(pickActive(keys, algorithm)?.kid ?? ('' as KeyId))?.signer
    if (signer !== undefined) active.set(algorithm, signer)
  }
  const body = Buffer.from(JSON.stringify({ keys: [...open.values()].map(({ jwk }) => jwk) }))
  const etag = `"${hash('sha256', body, 'base64url')}"`
  return { version, keys, open, active, jwks: { body, etag } }
}

function openKey(
  key: SigningKey,
  encryptionKey: Uint8Array,
  observe: (signer: Signer) => Signer,
): OpenKey {
  const privateKey = unsealKey(key.sealedPrivateKey, key.kid, encryptionKey)
  const jwk = publicJwkOf(privateKey, key.algorithm)
  if (jwk.kid !== key.kid) {
    throw new KeyError('E_KEYS_MISMATCH', `signing key ${key.kid} is not the key its kid names`)
  }
  return { sealed: key.sealedPrivateKey, jwk, signer: observe(signerOf({ ...key, privateKey })) }
}
