import type { EpochSeconds } from './clock.ts'
import type { DenialId } from './ids.ts'

/** What an entry of the denylist names. */
export type DenialKind = 'ip' | 'user_id' | 'username' | 'email' | 'client_id'

export const DENIAL_KINDS: readonly DenialKind[] = [
  'ip',
  'user_id',
  'username',
  'email',
  'client_id',
]

/** An entry of the denylist. There is one at most for each kind and value. */
export interface Denial {
  readonly id: DenialId
  readonly kind: DenialKind
  /** In its one spelling: a folded name, an address or network as `node:net` writes it, an id. */
  readonly value: string
  readonly reason: string | undefined
  /** Who put it there: a user id, a client id, or `cli`. */
  readonly createdBy: string
  readonly createdAt: EpochSeconds
  /** From this moment on it denies nothing, and it is removed some time later. */
  readonly expiresAt: EpochSeconds | undefined
}
