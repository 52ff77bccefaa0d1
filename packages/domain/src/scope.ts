import type { Brand } from './brand.ts'
import { invalidScope } from './errors.ts'

/** Distinct scope tokens joined by single spaces, in the order first named (RFC 6749 §3.3). */
export type Scope = Brand<string, 'Scope'>

/** What a request means that names no scope. */
export const DEFAULT_SCOPE = 'read' as Scope

/** The scopes this server gives a meaning of its own; resource servers may use any others. */
export const KNOWN_SCOPES = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'read',
  'write',
  'admin',
] as const

const MAX_LENGTH = 2_048
const MAX_TOKENS = 100
// scope-token of RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash.
const SCOPE_SHAPE = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/

/** Throws `invalid_scope` for text outside the grammar or its bounds; time is linear in its length. */
export function parseScope(text: string): Scope {
  if (text.length > MAX_LENGTH) throw invalidScope(`scope is longer than ${MAX_LENGTH} characters`)
  if (!SCOPE_SHAPE.test(text)) {
    throw invalidScope('scope must be printable ASCII words separated by single spaces')
  }
  const tokens = [...new Set(text.split(' '))]
  if (tokens.length > MAX_TOKENS) throw invalidScope(`scope names more than ${MAX_TOKENS} values`)
  return tokens.join(' ') as Scope
}

export function scopeTokens(scope: Scope): readonly string[] {
  return scope === '' ? [] : scope.split(' ')
}

export function hasScope(scope: Scope, token: string): boolean {
  return scopeTokens(scope).includes(token)
}

export function isSubsetOf(inner: Scope, outer: Scope): boolean {
  if (inner === outer) return true
  const allowed = scopeTokens(outer)
  return scopeTokens(inner).every((token) => allowed.includes(token))
}

/** The requested scope when every token is allowed; throws `invalid_scope` naming the first that is not. */
export function narrowScope(requested: Scope, allowed: Scope): Scope {
  if (requested === allowed) return requested
  const permitted = scopeTokens(allowed)
  const refused = scopeTokens(requested).find((token) => !permitted.includes(token))
  if (refused !== undefined) throw invalidScope(`scope "${refused}" is not allowed here`)
  return requested
}

/** Scopes that carry power over the server itself; nobody can register them for themselves. */
export function isPrivilegedScope(token: string): boolean {
  const word = token.toLowerCase()
  return word === 'admin' || word.startsWith('admin:')
}
