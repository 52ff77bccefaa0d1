import { OAuthError } from '@grantd/domain'

/** A JSON object as received. */
export type Body = Readonly<Record<string, unknown>>

// Bidirectional controls and other invisible characters could make a name read as another's. Half a
// surrogate pair (Cs) has no UTF-8: it would be stored as another name than was registered.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const MAX_NAME = 128
const MAX_URI = 2_048
const MAX_ENTRIES = 1_000
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** A display name; throws `invalid_client_metadata` naming the member. */
export function readName(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw bad(`${name} must be text`)
  if (value.length > MAX_NAME) throw bad(`${name} is longer than ${MAX_NAME} characters`)
  if (INVISIBLE.test(value)) throw bad(`${name} has invisible or control characters`)
  return value.trim()
}

export function texts(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) throw bad(`${name} must be an array of strings`)
  if (value.length > MAX_ENTRIES) throw bad(`${name} has more than ${MAX_ENTRIES} entries`)
  return Array.from(value as readonly unknown[], (entry) => {
    if (typeof entry !== 'string' || !entry.isWellFormed())
      throw bad(`${name} must be an array of strings`)
    return entry
  })
}

/** As `texts`, with a bound of its own. */
export function fewTexts(
  value: unknown,
  name: string,
  most: number,
): readonly string[] | undefined {
  const list = texts(value, name)
  if (list !== undefined && list.length > most) throw bad(`${name} has more than ${most} entries`)
  return list
}

export function shortText(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : readName(value, name)
}

export function flag(value: unknown, name: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw bad(`${name} must be true or false`)
}

export function oneOf<Option extends string>(
  value: unknown,
  options: readonly Option[],
  name: string,
): Option | undefined {
  if (value === undefined) return undefined
  const known = options.find((option) => option === value)
  if (known === undefined) throw bad(`${name} must be one of ${options.join(', ')}`)
  return known
}

/** A page of the client, for people to open. */
export function webUri(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined
  if (
    typeof value !== 'string' ||
    value.length > MAX_URI ||
    !value.isWellFormed() ||
    !/^https?:\/\//i.test(value) ||
    !URL.canParse(value)
  ) {
    throw bad(`${name} must be an http or https URL`)
  }
  return value
}

/** An address that this server or a browser calls on the client's behalf: https, or http on loopback. */
export function callableUri(value: unknown, name: string): string | undefined {
  const text = webUri(value, name)
  if (text === undefined) return undefined
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw bad(`${name} must not carry a user name`)
  if (url.protocol === 'http:' && !LOOPBACK.includes(url.hostname))
    throw bad(`${name} must use https; plain http is for this machine only`)
  return text
}

/** As `callableUri`, without a fragment. */
export function endpointUri(value: unknown, name: string): string | undefined {
  const text = callableUri(value, name)
  if (text?.includes('#')) throw bad(`${name} must not have a fragment`)
  return text
}

/** As `endpointUri`, with https on this machine too: where the specification leaves no choice. */
export function httpsUri(value: unknown, name: string): string | undefined {
  const text = endpointUri(value, name)
  if (text !== undefined && new URL(text).protocol !== 'https:') throw bad(`${name} must use https`)
  return text
}

export function bad(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description)
}
