import type { OneTimeCodes } from '@grantd/domain'
import { Secret, TOTP } from 'otpauth'

const SEED_BYTES = 20
const PERIOD = 30
const CODE = /^[0-9]{6}$/

const totpOf = (seed: string) =>
  new TOTP({ secret: Secret.fromBase32(seed), algorithm: 'SHA1', digits: 6, period: PERIOD })

/** RFC 6238 with the values that every authenticator app understands. */
export const oneTimeCodes: OneTimeCodes = {
  newSeed: () => new Secret({ size: SEED_BYTES }).base32,
  address: (seed, account, issuer) =>
    new TOTP({
      secret: Secret.fromBase32(seed),
      issuer,
      label: account,
      period: PERIOD,
    }).toString(),
  stepOf(seed, code, nowMs) {
    if (!CODE.test(code)) return undefined
    // One step either way: clocks of phones differ, and typing takes time (RFC 6238 §5.2).
    const delta = totpOf(seed).validate({ token: code, timestamp: nowMs, window: 1 })
    return delta === null ? undefined : Math.floor(nowMs / 1_000 / PERIOD) + delta
  },
}
