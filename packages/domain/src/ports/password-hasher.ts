import type { PasswordHash } from '../user.ts'

/** Argon2id at or above the OWASP floor, behind a bound on how many run at once. */
export interface PasswordHasher {
  hash(password: string): Promise<PasswordHash>
  /** Takes as long for `undefined` as for a real hash, so that an unknown user cannot be told by time. */
  verify(password: string, expected: PasswordHash | undefined): Promise<boolean>
  /** True when `hash` was made with weaker settings than `hash()` uses now. */
  isOutdated(hash: PasswordHash): boolean
}
