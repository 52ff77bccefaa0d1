/** Codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds, which all apps know). */
export interface OneTimeCodes {
  /** A new seed, 160 bits as Base32. */
  newSeed(): string
  /** The `otpauth:` address that an app reads from a picture. */
  address(seed: string, account: string, issuer: string): string
  /** The time step that `code` belongs to, one step either way of `nowMs`; `undefined` when wrong. */
  stepOf(seed: string, code: string, nowMs: number): number | undefined
}
