import { Params } from '@grantd/oauth'

/** Either the parameters, or a text for the caller that says why there are none. */
export type ParsedParameters =
  | { readonly ok: true; readonly params: Params }
  | { readonly ok: false; readonly reason: string }

const MAX_PARAMETERS = 100
const MAX_NAME_LENGTH = 128

const PERCENT = 37
const PLUS = 43
const EQUALS = 61
const AMPERSAND = 38

const MALFORMED = { ok: false, reason: 'the parameters are not valid form encoding' } as const
const TOO_MANY = { ok: false, reason: `at most ${MAX_PARAMETERS} parameters are read` } as const
const LONG_NAME = { ok: false, reason: 'a parameter name is too long' } as const
const EMPTY = { ok: true, params: Params.empty } as const

/**
 * The one parser for query and form bodies, so that no guard ever reads another value than the
 * handler. One pass; parts without `%` and `+` are taken as they stand. Empty values are dropped
 * (RFC 6749 §3.1). Malformed escapes, invalid UTF-8 and NUL are refused rather than repaired: what
 * a proxy in front read differently must not pass.
 */
export function parseParameters(text: string): ParsedParameters {
  if (text.length === 0) return EMPTY
  const values = new Map<string, string[]>()
  let parts = 0
  let start = 0
  let equals = -1
  let isNameEncoded = false
  let isValueEncoded = false
  for (let at = 0; at <= text.length; at++) {
    const char = at === text.length ? AMPERSAND : text.charCodeAt(at)
    if (char === PERCENT || char === PLUS) {
      if (equals === -1) isNameEncoded = true
      else isValueEncoded = true
    } else if (char === EQUALS) {
      if (equals === -1) equals = at
    } else if (char === 0) {
      return MALFORMED
    } else if (char === AMPERSAND) {
      if (at > start) {
        if (++parts > MAX_PARAMETERS) return TOO_MANY
        const rawName = text.slice(start, equals === -1 ? at : equals)
        const name = isNameEncoded ? decode(rawName) : rawName
        const rawValue = equals === -1 ? '' : text.slice(equals + 1, at)
        const value = isValueEncoded ? decode(rawValue) : rawValue
        if (name === undefined || value === undefined) return MALFORMED
        if (name.length > MAX_NAME_LENGTH) return LONG_NAME
        if (value !== '') add(values, name, value)
      }
      start = at + 1
      equals = -1
      isNameEncoded = false
      isValueEncoded = false
    }
  }
  return { ok: true, params: new Params(values) }
}

function add(values: Map<string, string[]>, name: string, value: string): void {
  const known = values.get(name)
  if (known === undefined) values.set(name, [value])
  else known.push(value)
}

function decode(part: string): string | undefined {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part
  if (!spaced.includes('%')) return spaced
  try {
    const decoded = decodeURIComponent(spaced)
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}
