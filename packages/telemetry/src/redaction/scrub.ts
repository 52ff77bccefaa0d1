/** What stands where a secret stood. */
export const REDACTED = '[redacted]'

/** Longer texts are cut: a log line is no place for them, and every pattern here stays cheap. */
const MAX_TEXT = 8_192

const ALWAYS_SECRET =
  'client_secret|password|passwd|code_verifier|access_token|refresh_token|id_token|id_token_hint|logout_token|' +
  'client_assertion|assertion|subject_token|actor_token|registration_access_token|login_hint|secret'
/** Words that mean other things too: a value of theirs is taken for a secret when it is long. */
const OFTEN_SECRET = 'code|token|state|nonce|request|csrf|cookie|api_key|key'

const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END[A-Z ]*-----|$)/g, REDACTED],
  [/\b(Bearer|Basic|DPoP) +[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g, REDACTED],
  [/(\/\/)[^\s/@:]*:[^\s/@]+@/g, `$1${REDACTED}@`],
  [new RegExp(`\\b(${ALWAYS_SECRET})("? ?[=:] ?"?)[^\\s&"';,]+`, 'gi'), `$1$2${REDACTED}`],
  [new RegExp(`\\b(${OFTEN_SECRET})("? ?[=:] ?"?)[^\\s&"';,]{16,}`, 'gi'), `$1$2${REDACTED}`],
]

/**
 * Takes out what looks like a secret: tokens, keys, `Authorization` values, passwords in URLs, parameters.
 * A second net: nothing of the kind should reach a log to begin with.
 */
export type Scrub = (text: string) => string

/** `prefixes`: how this server's own credentials begin. */
export function createScrub(prefixes: readonly string[]): Scrub {
  const rules = [...RULES]
  if (prefixes.length > 0) {
    rules.unshift([new RegExp(`\\b(${prefixes.join('|')})[\\w-]+(?:\\.[\\w-]+)?`, 'g'), REDACTED])
  }
  return (text) => {
    const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
    return rules.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), short)
  }
}
