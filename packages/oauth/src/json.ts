/** What is wrong with a JSON text, as a phrase for the caller. */
export type JsonProblem = 'malformed' | 'too_deep' | 'proto' | 'repeated'

/**
 * JSON from outside of at most `maxDepth` levels, without `__proto__` members (T21) and without a
 * member named twice, which two parsers would read differently (T42). The depth is counted before
 * parsing, so that it costs no stack (CVE-2025-59466).
 */
export function readJsonText(
  text: string,
  maxDepth: number,
): { readonly value: unknown } | { readonly problem: JsonProblem } {
  if (depthOf(text) > maxDepth) return { problem: 'too_deep' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'malformed' }
  }
  if (namesProto(value)) return { problem: 'proto' }
  return countMembers(value) === countNames(text) ? { value } : { problem: 'repeated' }
}

/** True for an object that is no array; what most JSON of the protocols must be. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (isString) {
      if (char === '\\') at++
      else if (char === '"') isString = false
    } else if (char === '"') isString = true
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth)
    else if (char === '}' || char === ']') depth--
  }
  return deepest
}

/** Members of all objects; one that was named twice counts once, for parsing kept the last. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((sum: number, member) => sum + countMembers(member), own)
}

/** Names in the text: the colons outside of strings. */
function countNames(text: string): number {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1
}

function namesProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, '__proto__')) return true
  return Object.values(value).some(namesProto)
}
