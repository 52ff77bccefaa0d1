// Owns: what of a log call's fields is shown: listed names only, errors by their listed members.
// Does not own: which names are listed (server). Start here: `createShow`.
import type { Scrub } from './scrub.ts'

export interface ShownError {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly kind?: string
  readonly cause?: ShownError
  readonly errors?: readonly ShownError[]
}

export type ShowFields = (fields: object) => Record<string, unknown>

/** Shown instead of a text that no list names. */
export const UNLISTED = '[not shown: add the field to the list]'
const MAX_DEPTH = 6
const MAX_ERRORS = 5
const MAX_ITEMS = 50

/**
 * Numbers and booleans say nothing secret; a text or an object is shown under a listed name alone, and
 * scrubbed even so. Of an error only name, message, stack, code, kind and causes are: drivers hang
 * statements, values and whole requests on theirs.
 */
export function createShow(listed: ReadonlySet<string>, scrub: Scrub): ShowFields {
  return (fields) => {
    const shown: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue
      if (value instanceof Error) shown[name] = shownError(value, 0)
      else if (isHarmless(value)) shown[name] = value
      else if (listed.has(name)) shown[name] = shownValue(value, 0)
      // Not everything that is thrown is an Error.
      else shown[name] = name === 'err' ? scrub(String(value)) : UNLISTED
    }
    return shown
  }

  function shownValue(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return scrub(value)
    if (value instanceof Error) return shownError(value, depth)
    if (isHarmless(value)) return value
    if (typeof value === 'bigint') return String(value)
    if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return UNLISTED
    if (value instanceof Date) return value
    if (Array.isArray(value)) {
      return value.slice(0, MAX_ITEMS).map((item) => shownValue(item, depth + 1))
    }
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, shownValue(inner, depth + 1)]),
    )
  }

  function shownError(error: Error, depth: number): ShownError {
    const { code, kind, cause, errors } = error as {
      readonly code?: unknown
      readonly kind?: unknown
      readonly cause?: unknown
      readonly errors?: unknown
    }
    const isDeep = depth >= MAX_DEPTH
    return {
      type: error.name,
      message: scrub(error.message),
      ...(error.stack !== undefined && { stack: scrub(error.stack) }),
      ...((typeof code === 'string' || typeof code === 'number') && { code: scrub(String(code)) }),
      ...(typeof kind === 'string' && { kind: scrub(kind) }),
      ...(cause instanceof Error && !isDeep && { cause: shownError(cause, depth + 1) }),
      ...(Array.isArray(errors) &&
        !isDeep && {
          errors: errors
            .filter((one) => one instanceof Error)
            .slice(0, MAX_ERRORS)
            .map((one) => shownError(one, depth + 1)),
        }),
    }
  }
}

function isHarmless(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === null
}
