import { type EpochSeconds, epochSeconds } from '@grantd/domain'
import { Binary, type Document } from 'mongodb'

/** The names of fields that may be `undefined`; such a field is not in the document at all. */
type AbsentKeys<Value> = {
  [Key in keyof Value]-?: undefined extends Value[Key] ? Key : never
}[keyof Value]

/** How values of one kind are stored. What is not named here is stored as it is. */
export interface Kind<Value> {
  readonly collection: string
  /** The field that is stored as the document's `_id`. */
  readonly key: keyof Value & string
  /** Instead of `key`: an `_id` made of several fields, which are stored as well. */
  readonly compositeKey?: (value: Value) => string
  /** Time-ordered ids, stored as UUIDs: 16 bytes that sort by time. */
  readonly ids: readonly (keyof Value & string)[]
  /** Moments stored as dates, which the server's TTL indexes need. */
  readonly dates: readonly (keyof Value & string)[]
  /** Records with keys from outside, stored as JSON text: no key can be an operator or a path. */
  readonly json: readonly (keyof Value & string)[]
  /** What an absent field reads as; the type makes the list complete. */
  readonly absent: Readonly<Record<AbsentKeys<Value>, undefined>>
  /** For filters only; read back by nobody. */
  readonly internal?: (value: Value) => Document
}

type Options<Value> = Omit<Kind<Value>, 'dates' | 'json'> &
  Partial<Pick<Kind<Value>, 'dates' | 'json'>>

export function defineKind<Value extends object>(options: Options<Value>): Kind<Value> {
  return { dates: [], json: [], ...options }
}

/** A time-ordered id as a BSON UUID. */
export function uuid(id: string): Binary {
  return new Binary(Buffer.from(id, 'base64url'), Binary.SUBTYPE_UUID)
}

/** The highest id there could be. */
export const LAST_UUID = new Binary(Buffer.alloc(16, 0xff), Binary.SUBTYPE_UUID)

export function idOf<Id extends string>(stored: unknown): Id {
  if (!(stored instanceof Binary)) throw new TypeError('an id is not stored as a UUID')
  return Buffer.from(stored.buffer).toString('base64url') as Id // born here from its bytes
}

export const dateOf = (seconds: EpochSeconds): Date => new Date(seconds * 1_000)

/** The fields of a value as they are stored, without its `_id`. */
export function fieldsOf<Value extends object>(kind: Kind<Value>, value: Value): Document {
  const fields: Document = {}
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined || isKey(kind, name)) continue
    fields[name] = encodeField(kind, name, field)
  }
  if (kind.internal !== undefined) fields.internal = kind.internal(value)
  return fields
}

export function documentOf<Value extends object>(kind: Kind<Value>, value: Value): Document {
  const key = kind.compositeKey?.(value) ?? encodeField(kind, kind.key, value[kind.key])
  return { _id: key, ...fieldsOf(kind, value) }
}

const isKey = <Value>({ key, compositeKey }: Kind<Value>, name: string) =>
  name === key && compositeKey === undefined

/** The update that makes a stored value into `value`, but for the fields of `kept`. */
export function replacement<Value extends object>(
  kind: Kind<Value>,
  value: Value,
  kept: readonly (keyof Value)[] = [],
): Document {
  const set = fieldsOf(kind, value)
  for (const name of kept) delete set[String(name)]
  const gone = Object.keys(kind.absent).filter((name) => !(name in set))
  if (gone.length === 0) return { $set: set }
  return { $set: set, $unset: Object.fromEntries(gone.map((name) => [name, ''])) }
}

/** The frozen value of a document. Throws when it is none. */
export function decode<Value extends object>(kind: Kind<Value>, document: Document): Value {
  const value: Record<string, unknown> = { ...kind.absent }
  for (const [name, field] of Object.entries(document)) {
    if (name === '_id' || name === 'internal') continue
    value[name] = freeze(decodeField(kind, name, field))
  }
  if (kind.compositeKey === undefined) value[kind.key] = decodeField(kind, kind.key, document._id)
  return Object.freeze(value) as Value // written by `documentOf` of the same kind
}

function encodeField<Value>(kind: Kind<Value>, name: string, field: unknown): unknown {
  if (has(kind.ids, name)) return uuid(String(field))
  if (has(kind.dates, name)) return dateOf(epochSeconds(Number(field)))
  return has(kind.json, name) ? JSON.stringify(field) : field
}

function decodeField<Value>(kind: Kind<Value>, name: string, field: unknown): unknown {
  if (has(kind.ids, name)) return idOf(field)
  if (has(kind.json, name)) return JSON.parse(String(field))
  return field instanceof Date ? epochSeconds(field.getTime() / 1_000) : field
}

const has = (names: readonly string[], name: string) => names.includes(name)

function freeze(field: unknown): unknown {
  if (typeof field !== 'object' || field === null) return field
  for (const inner of Object.values(field)) freeze(inner)
  return Object.freeze(field)
}
