import {
  type AuditRecord,
  type Change,
  type Clock,
  type CommitResult,
  IdMaker,
  type KeyId,
  type SigningKey,
  systemRandom,
  type Versions,
} from '@grantd/domain'
import { KeyActor } from './key-actor.ts'
import { Keyring } from './keyring.ts'

export const ENCRYPTION_KEY: Uint8Array = Buffer.alloc(32, 7)
export const HMAC_SECRET: Uint8Array = Buffer.from('a secret of more than thirty-two bytes')

/** The key part of storage with its guards, shared by several "processes" of a test. */
export class KeyStorage {
  readonly rows = new Map<KeyId, SigningKey>()
  readonly audit: AuditRecord[] = []
  readonly #once = new Set<string>()
  version = 0
  versionReads = 0

  readonly keys = { list: async (): Promise<readonly SigningKey[]> => [...this.rows.values()] }

  async versions(): Promise<Versions> {
    this.versionReads++
    return { clients: 0, keys: this.version, denylist: 0 }
  }

  async commit(changes: readonly Change[]): Promise<CommitResult> {
    const index = changes.findIndex((change) => !this.#holds(change))
    if (index >= 0) return { outcome: 'refused', index }
    for (const change of changes) this.#apply(change)
    this.version++
    return { outcome: 'committed' }
  }

  #holds(change: Change): boolean {
    if (change.kind === 'once.use') return !this.#once.has(`${change.purpose} ${change.id}`)
    if (change.kind !== 'key.transition') return true
    return this.rows.get(change.kid)?.state === change.from
  }

  #apply(change: Change): void {
    if (change.kind === 'key.insert') this.rows.set(change.key.kid, change.key)
    if (change.kind === 'once.use') this.#once.add(`${change.purpose} ${change.id}`)
    if (change.kind === 'audit.insert') this.audit.push(change.record)
    if (change.kind !== 'key.transition') return
    const row = this.rows.get(change.kid)
    if (row) this.rows.set(row.kid, { ...row, state: change.to, stateChangedAt: change.at })
  }
}

export class ManualClock implements Clock {
  ms = 1_800_000_000_000

  nowMs(): number {
    return this.ms
  }

  advance(seconds: number): void {
    this.ms += seconds * 1000
  }
}

export interface KeyProcess {
  readonly keyring: Keyring
  readonly actor: KeyActor
}

/** A server process over that storage: its own keyring and actor. */
export function keyProcess(
  storage: KeyStorage,
  clock: Clock,
  encryptionKey: Uint8Array = ENCRYPTION_KEY,
): KeyProcess {
  const keyring = new Keyring({ storage, clock, encryptionKey, hmacSecret: HMAC_SECRET })
  const actor = new KeyActor({
    storage,
    clock,
    keyring,
    encryptionKey,
    random: systemRandom,
    ids: new IdMaker({ clock, random: systemRandom }),
    settings: { accessTokenLifetime: 900, idTokenLifetime: 600, keyGrace: 7200 },
  })
  return { keyring, actor }
}
