// Owns: which signing keys exist and in which state they are.
// Does not own: signing (tokens/jwt.ts), the view that requests use (keyring.ts).
// Start here: `KeyActor.rotate`.
import {
  type AuditId,
  after,
  type Change,
  type Clock,
  type EpochSeconds,
  type IdMaker,
  type KeyId,
  type KeyState,
  nowSeconds,
  type Random,
  type SigningAlgorithm,
  type SigningKey,
  type Storage,
} from '@grantd/domain'
import type { OAuthSettings } from '../settings.ts'
import { generateKey, type KeyPairAlgorithm, keyPairAlgorithm } from './generate-key.ts'
import { KeyError } from './key-error.ts'
import { byAge, JWKS_MAX_AGE, type Keyring, pickActive } from './keyring.ts'

/** What a call of `rotate` did. */
export type Rotation =
  /** A new key is in the JWKS; it may sign from `promotableAt` on. */
  | { readonly outcome: 'published'; readonly kid: KeyId; readonly promotableAt: EpochSeconds }
  /** The next key is too young; nothing changed. */
  | { readonly outcome: 'waiting'; readonly kid: KeyId; readonly promotableAt: EpochSeconds }
  /** `kid` signs from now on; `replaced` is still published. */
  | { readonly outcome: 'promoted'; readonly kid: KeyId; readonly replaced: KeyId | undefined }
  /** Another process rotated this algorithm at the same moment; nothing changed here. */
  | { readonly outcome: 'outrun' }

/** Seconds: processes that have not seen a change yet, and whose clocks differ, may sign a little longer. */
const LATE_SIGNATURES = 60
/** Tries of `ensure` to create a first key; a refusal means that another process is creating one. */
const MOST_TRIES = 3

/**
 * The one who decides about signing keys. States: next → active → retiring → retired.
 *
 * `rotate` (behind `grantd keys rotate`) takes one step forward, and is safe to repeat, also from a
 * timer or in two processes at once:
 * - no next key: creates one and publishes it (`published`);
 * - a next key published for less than the JWKS max-age of an hour: leaves it be (`waiting`), for a
 *   verifier may still hold a JWKS without it;
 * - a next key published for longer: it becomes active, the active one retiring (`promoted`).
 * So a rotation is two calls at least an hour apart. `immediately` does both at once; verifiers that
 * cache must then read the JWKS again on meeting an unknown kid. The former key stays published; when
 * it has leaked, follow with `retireOld({ immediately: true })`, which also ends its tokens.
 *
 * `retireOld` ends keys that no living token needs. All changes are guarded, in one unit of work
 * with their audit record, so of two processes one wins and the other changes nothing.
 */
export class KeyActor {
  readonly #storage: Pick<Storage, 'keys' | 'commit'>
  readonly #clock: Clock
  readonly #random: Random
  readonly #ids: IdMaker
  readonly #keyring: Keyring
  readonly #encryptionKey: Uint8Array
  readonly #grace: number

  constructor(ports: {
    storage: Pick<Storage, 'keys' | 'commit'>
    clock: Clock
    random: Random
    ids: IdMaker
    keyring: Keyring
    encryptionKey: Uint8Array
    settings: Pick<OAuthSettings, 'accessTokenLifetime' | 'idTokenLifetime' | 'keyGrace'>
  }) {
    const { settings } = ports
    this.#storage = ports.storage
    this.#clock = ports.clock
    this.#random = ports.random
    this.#ids = ports.ids
    this.#keyring = ports.keyring
    this.#encryptionKey = ports.encryptionKey
    // A process may have signed with the old key for as long as its view went unchecked.
    this.#grace =
      Math.max(settings.accessTokenLifetime, settings.idTokenLifetime, settings.keyGrace) +
      LATE_SIGNATURES
  }

  /**
   * At start: loads the keyring and gives each algorithm an active key. Throws `E_KEYS_SEALED`
   * before it creates anything when the stored keys do not open. Two processes that start at once
   * end up with the same keys.
   */
  async ensure(message: { algorithms: readonly SigningAlgorithm[] }): Promise<void> {
    await this.#keyring.load()
    for (const algorithm of new Set(message.algorithms)) {
      if (algorithm !== 'HS256') await this.#ensureActive(algorithm)
      this.#keyring.activeSigner(algorithm) // HS256 without a secret must stop the start, not a request
    }
  }

  /** One step of the rotation; see the class. Throws `E_KEYS_SETTING` for HS256. */
  async rotate(message: {
    algorithm: SigningAlgorithm
    immediately?: boolean
    /** For the audit record. */
    actor?: string
  }): Promise<Rotation> {
    const algorithm = keyPairAlgorithm(message.algorithm)
    const at = nowSeconds(this.#clock)
    const keys = (await this.#storage.keys.list()).filter((key) => key.algorithm === algorithm)
    const next = keys.find((key) => key.state === 'next')
    const active = pickActive(keys, algorithm)

    if (next !== undefined) {
      const promotableAt = after(next.stateChangedAt, JWKS_MAX_AGE)
      if (at < promotableAt && message.immediately !== true) {
        return { outcome: 'waiting', kid: next.kid, promotableAt }
      }
      const changes = [
        ...(active ? this.#move(active, 'retiring', at, message.actor) : []),
        ...this.#move(next, 'active', at, message.actor),
      ]
      const promoted = { outcome: 'promoted', kid: next.kid, replaced: active?.kid } as const
      return this.#commit(changes, promoted)
    }

    const state = message.immediately === true ? 'active' : 'next'
    const key = await this.#generate(algorithm, state, at)
    // An insert has no guard of its own: one successor per key, however many ask for it.
    const changes = [
      once(`${algorithm}:after:${active?.kid ?? 'none'}:${newest(keys)}`, at),
      ...(state === 'active' && active ? this.#move(active, 'retiring', at, message.actor) : []),
      ...this.#insert(key, message.actor),
    ]
    return this.#commit(
      changes,
      state === 'active'
        ? { outcome: 'promoted', kid: key.kid, replaced: active?.kid }
        : { outcome: 'published', kid: key.kid, promotableAt: after(at, JWKS_MAX_AGE) },
    )
  }

  /**
   * Retires keys that stopped signing longer ago than any token or the grace lasts, or all that
   * stopped when `immediately`. Gives their kids.
   */
  async retireOld(
    message: { immediately?: boolean; actor?: string } = {},
  ): Promise<readonly KeyId[]> {
    const at = nowSeconds(this.#clock)
    const retired: KeyId[] = []
    for (const key of await this.#listOld(at, message.immediately === true)) {
      const result = await this.#storage.commit(this.#move(key, 'retired', at, message.actor))
      if (result.outcome === 'committed') retired.push(key.kid)
    }
    if (retired.length > 0) await this.#keyring.load()
    return retired
  }

  /** The kids that `retireOld` would retire now; changes nothing. */
  async old(): Promise<readonly KeyId[]> {
    return (await this.#listOld(nowSeconds(this.#clock), false)).map(({ kid }) => kid)
  }

  async #listOld(at: EpochSeconds, immediately: boolean): Promise<readonly SigningKey[]> {
    const keys = await this.#storage.keys.list()
    return keys.filter(
      ({ state, stateChangedAt }) =>
        state === 'retiring' && (immediately || at >= after(stateChangedAt, this.#grace)),
    )
  }

  async #ensureActive(algorithm: KeyPairAlgorithm): Promise<void> {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const keys = this.#keyring.keys.filter((key) => key.algorithm === algorithm)
      if (keys.some((key) => key.state === 'active')) return this.#retireDoubles(algorithm, keys)
      const at = nowSeconds(this.#clock)
      const next = keys.find((key) => key.state === 'next')
      const changes = next
        ? this.#move(next, 'active', at)
        : [
            once(`${algorithm}:first:${newest(keys)}:${attempt}`, at),
            ...this.#insert(await this.#generate(algorithm, 'active', at)),
          ]
      await this.#storage.commit(changes) // refused: another process won; the next look finds its key
      await this.#keyring.load()
    }
    if (this.#keyring.keys.some((key) => key.algorithm === algorithm && key.state === 'active')) {
      return
    }
    throw new KeyError('E_KEYS_MISSING', `no ${algorithm} key could be created; start again`)
  }

  // Cannot come about through this class; a restored backup or a hand-written row can do it.
  async #retireDoubles(algorithm: KeyPairAlgorithm, keys: readonly SigningKey[]): Promise<void> {
    const chosen = pickActive(keys, algorithm)
    const doubles = keys.filter((key) => key.state === 'active' && key !== chosen)
    if (doubles.length === 0) return
    const at = nowSeconds(this.#clock)
    for (const key of doubles) await this.#storage.commit(this.#move(key, 'retiring', at))
    await this.#keyring.load()
  }

  #generate(algorithm: KeyPairAlgorithm, state: KeyState, at: EpochSeconds): Promise<SigningKey> {
    const encryptionKey = this.#encryptionKey
    return generateKey({ algorithm, state, at, encryptionKey, random: this.#random })
  }

  async #commit(changes: readonly Change[], done: Rotation): Promise<Rotation> {
    const result = await this.#storage.commit(changes)
    await this.#keyring.load()
    return result.outcome === 'committed' ? done : { outcome: 'outrun' }
  }

  #insert(key: SigningKey, actor?: string): Change[] {
    return [{ kind: 'key.insert', key }, this.#audit('key.created', key, key.createdAt, actor, {})]
  }

  #move(key: SigningKey, to: KeyState, at: EpochSeconds, actor?: string): Change[] {
    const { kid, state: from } = key
    return [
      { kind: 'key.transition', kid, from, to, at },
      this.#audit('key.rotated', key, at, actor, { from, to }),
    ]
  }

  #audit(
    action: 'key.created' | 'key.rotated',
    key: SigningKey,
    at: EpochSeconds,
    actor: string | undefined,
    more: Readonly<Record<string, string>>,
  ): Change {
    const id = this.#ids.next<AuditId>()
    const metadata = { algorithm: key.algorithm, ...(more.to ? more : { to: key.state }) }
    return {
      kind: 'audit.insert',
      record: {
        id,
        action,
        actor,
        targetKind: 'key',
        targetId: key.kid,
        ip: undefined,
        metadata,
        createdAt: at,
      },
    }
  }
}

/** Exactly one process passes with this id; the row is needed only while several try. */
function once(id: string, at: EpochSeconds): Change {
  return { kind: 'once.use', purpose: 'key.create', id, expiresAt: after(at, JWKS_MAX_AGE) }
}

// Makes an id new once the keys have changed, so that a leftover guard blocks nothing.
function newest(keys: readonly SigningKey[]): string {
  return [...keys].sort(byAge).at(-1)?.kid ?? 'none'
}
