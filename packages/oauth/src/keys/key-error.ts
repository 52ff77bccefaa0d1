/** What is wrong with the signing keys; every message says which setting to look at. */
export type KeyErrorCode =
  /** A stored key does not open under this encryption key. */
  | 'E_KEYS_SEALED'
  /** A stored key opens but is not the key its `kid` names. */
  | 'E_KEYS_MISMATCH'
  /** Nothing to sign with. */
  | 'E_KEYS_MISSING'
  /** A setting that cannot work. */
  | 'E_KEYS_SETTING'

/** A fault of the operator's making, not an answer to a caller: at the edge it is `server_error`. */
export class KeyError extends Error {
  readonly code: KeyErrorCode

  constructor(code: KeyErrorCode, message: string, details: { cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'KeyError'
    this.code = code
  }
}
