import { HoconError, type Origin } from './error.ts'
import type { Node, TextNode } from './syntax.ts'
import {
  arrayValue,
  type HoconArray,
  type HoconObject,
  type HoconValue,
  mergeObjects,
  scalarValue,
} from './value.ts'

/** One side of a concatenation; `value` is undefined for an optional substitution without value. */
export interface Part {
  readonly node: Node
  readonly value: HoconValue | undefined
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** What a single token means: unquoted `true`, `null` and JSON numbers are not strings. */
export function literal(node: TextNode): HoconValue {
  const { text, at } = node
  if (node.form !== 'unquoted') return scalarValue(text, text, at)
  if (text === 'true' || text === 'false') return scalarValue(text === 'true', text, at)
  if (text === 'null') return scalarValue(null, text, at)
  const number = JSON_NUMBER.test(text) ? Number(text) : Number.NaN
  return scalarValue(Number.isFinite(number) ? number : text, text, at)
}

/**
 * Joins values side by side: arrays to one array, objects to one object, anything else to one text
 * with the whitespace between as written. Undefined when no part has a value.
 */
export function concatenate(parts: readonly Part[], at: Origin): HoconValue | undefined {
  const present = parts.filter((part) => part.value !== undefined && !isSpace(part.node))
  const values = present.flatMap((part) => part.value ?? [])
  const [first] = values
  if (first === undefined) return undefined
  // "${?a} ${b}" with only b set keeps the kind of b; with text beside it, it is text.
  if (values.length === 1 && parts.every((part) => isSpace(part.node) || mayVanish(part))) {
    return first
  }
  if (values.every((value): value is HoconArray => value.kind === 'array')) {
    return arrayValue(
      values.flatMap((value) => value.items),
      at,
    )
  }
  if (values.every((value): value is HoconObject => value.kind === 'object')) {
    return values.reduce(mergeObjects)
  }
  return joinTexts(parts, at)
}

function isSpace(node: Node): boolean {
  return node.kind === 'text' && node.form === 'space'
}

function mayVanish(part: Part): boolean {
  return part.value === undefined || part.node.kind !== 'text'
}

function joinTexts(parts: readonly Part[], at: Origin): HoconValue {
  let text = ''
  for (const { value, node } of parts) {
    if (value === undefined) continue
    if (value.kind !== 'scalar') {
      throw new HoconError('texts, arrays and objects cannot stand side by side', node.at)
    }
    text += value.text
  }
  return scalarValue(text, text, at)
}
