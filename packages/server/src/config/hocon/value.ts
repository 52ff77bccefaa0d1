import { HoconError, type Origin } from './error.ts'

/** A text, number, boolean or null. `text` is how it was written, for concatenation. */
export interface HoconScalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly text: string
  readonly at: Origin
}

/** A list; `weight` and `depth` bound what one text can grow into. */
export interface HoconArray {
  readonly kind: 'array'
  readonly items: readonly HoconValue[]
  readonly at: Origin
  readonly weight: number
  readonly depth: number
}

/** An object with its keys in the order of first appearance. */
export interface HoconObject {
  readonly kind: 'object'
  readonly fields: ReadonlyMap<string, HoconValue>
  readonly at: Origin
  readonly weight: number
  readonly depth: number
}

/** A resolved value; every one of them knows where it was written. */
export type HoconValue = HoconScalar | HoconArray | HoconObject

// A text of a few lines can describe a value of a billion ("billion laughs"): these two stop it.
const MAX_WEIGHT = 4_000_000
const MAX_DEPTH = 200

export function scalarValue(value: HoconScalar['value'], text: string, at: Origin): HoconScalar {
  if (text.length > MAX_WEIGHT) throw new HoconError('this text grows too large', at)
  return { kind: 'scalar', value, text, at }
}

export function arrayValue(items: readonly HoconValue[], at: Origin): HoconArray {
  return { kind: 'array', items, at, ...measure(items, at) }
}

export function objectValue(fields: ReadonlyMap<string, HoconValue>, at: Origin): HoconObject {
  return { kind: 'object', fields, at, ...measure(fields.values(), at) }
}

/** `upper` laid over `lower`: objects merge key by key, anything else is replaced. */
export function mergeObjects(lower: HoconObject, upper: HoconObject): HoconObject {
  const fields = new Map(lower.fields)
  for (const [key, value] of upper.fields) {
    const below = fields.get(key)
    const both = below?.kind === 'object' && value.kind === 'object'
    fields.set(key, both ? mergeObjects(below, value) : value)
  }
  return objectValue(fields, upper.at)
}

/** The value as JavaScript data. Objects have no prototype, so `__proto__` is a key like any other. */
export function toPlain(value: HoconValue): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value
    case 'array':
      return value.items.map(toPlain)
    case 'object': {
      const plain: Record<string, unknown> = Object.create(null)
      for (const [key, field] of value.fields) plain[key] = toPlain(field)
      return plain
    }
  }
}

function measure(children: Iterable<HoconValue>, at: Origin): { weight: number; depth: number } {
  let weight = 1
  let depth = 0
  for (const child of children) {
    weight += child.kind === 'scalar' ? 1 + child.text.length : child.weight
    if (child.kind !== 'scalar') depth = Math.max(depth, child.depth)
  }
  if (weight > MAX_WEIGHT) throw new HoconError('this value grows too large', at)
  if (depth >= MAX_DEPTH) throw new HoconError(`this value nests deeper than ${MAX_DEPTH}`, at)
  return { weight, depth: depth + 1 }
}
