import { type EpochSeconds, type StoredRow, unreachable } from '@grantd/domain'

/** The time step of RFC 6238, and one step that a fast clock of a phone may be ahead. */
const TOTP_STEP_SECONDS = 30
const TOTP_AHEAD = 1

export interface EpochOptions {
  /** The moment of the restore: nothing that was issued before it is accepted after it. */
  readonly at: EpochSeconds
  /** Every app asks again, also those that nobody withdrew a consent from. */
  readonly forgetConsents: boolean
}

/**
 * A row of a backup as it may come back; `undefined` for what must not. The backup does not know what
 * was used, rotated, revoked or retired after it was made, so everything that could have been is over.
 */
export function afterRestore(stored: StoredRow, options: EpochOptions): StoredRow | undefined {
  const { at, forgetConsents } = options
  switch (stored.kind) {
    case 'session':
    case 'code':
    case 'family':
    case 'refreshToken':
    case 'token':
    case 'initialAccessToken':
    case 'setupLink':
    case 'ticket':
    case 'mail': // it was sent since, or its link leads to a ticket that is gone
    case 'logoutDelivery':
      return undefined
    case 'key':
      // It may have been retired because it leaked. The next start makes a new one.
      return { kind: 'key', row: { ...stored.row, state: 'retired', stateChangedAt: at } }
    case 'totpSeed': {
      const lastStep = Math.floor(at / TOTP_STEP_SECONDS) + TOTP_AHEAD
      return { kind: 'totpSeed', row: { ...stored.row, lastStep } }
    }
    case 'recoveryCode':
      return { kind: 'recoveryCode', row: { ...stored.row, usedAt: stored.row.usedAt ?? at } }
    case 'consent':
      return forgetConsents ? undefined : stored
    case 'client':
    case 'user':
    case 'passkey':
    case 'identity':
    case 'usedOnce':
    case 'throttle':
    case 'denial':
    case 'audit':
    // The chain of the backup goes on: a record that was changed in the file is found by it.
    case 'auditLink':
    case 'auditEnd':
    // At least once holds here too: what waited in the backup is delivered, also if it was since.
    // A cursor comes back with the events that it counts, the lease that moved it does not.
    case 'event':
    case 'sink':
    case 'parkedEvent':
      return stored
    default:
      return unreachable(stored)
  }
}
