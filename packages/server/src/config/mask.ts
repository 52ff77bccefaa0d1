/** What is printed instead of a secret. */
const MASK = '***MASKED***'

const SHOWN_CHARACTERS = 120

/** A value as it may be printed: secrets and the credentials inside URLs are masked. */
export function maskValue(value: unknown, secret: boolean): unknown {
  if (value === undefined) return undefined
  if (secret) return MASK
  if (Array.isArray(value)) return value.map((item) => maskValue(item, false))
  return typeof value === 'string' ? maskCredentials(value) : value
}

// Masks up to the last "@": passwords in URLs are often not encoded and may hold "/", "?" or "@".
function maskCredentials(text: string): string {
  return text
    .replace(/:\/\/.*@/gs, `://${MASK}@`)
    .replace(/([?&](?:password|pwd|secret|token|key)=)[^&\s]*/gi, `$1${MASK}`)
}

/** A value on one line of text: masked, escaped and cut to a readable length. */
export function showValue(value: unknown, secret: boolean): string {
  // JSON also escapes control characters, so a value cannot forge lines in a terminal or a log.
  const shown = JSON.stringify(maskValue(value, secret)) ?? '(not set)'
  return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown
}
