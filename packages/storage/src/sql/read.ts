import { StorageError } from '@grantd/domain'
import type { Compilable } from 'kysely'
import type { Params } from './params.ts'
import type { Builder } from './recipe.ts'
import type { Bytes, Json } from './schema.ts'

/** A hot read: one statement, prepared once, and how its row becomes a value. */
export interface Read<Key, Row, Value> {
  readonly query: (db: Builder, p: Params<Key>) => Compilable<Row>
  /** `key` saves reading what was asked for back out of the row. */
  readonly value: (row: Row, key: Key) => Value
}

/** Infers the row from the query, so that a mapping cannot name a column that is not selected. */
export function read<Key>() {
  return <Row, Value>(
    query: (db: Builder, p: Params<Key>) => Compilable<Row>,
    value: (row: Row, key: Key) => Value,
  ): Read<Key, Row, Value> => ({ query, value })
}

/** The base64url text that `bytes` were stored from. */
export function textOf<Text extends string>(bytes: Bytes<Text>): Text {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url') as Text
}

export function textOrUndefined<Text extends string>(bytes: Bytes<Text> | null): Text | undefined {
  return bytes === null ? undefined : textOf(bytes)
}

/** The bytes of a key, for the cold reads that bind values themselves. */
export function bytesOf<Text extends string>(text: Text | string): Bytes<Text> {
  return Buffer.from(text, 'base64url')
}

/** A frozen list or record from its JSON text. Throws StorageError `corrupt`. */
export function jsonOf<Value>(text: Json<Value>): Value {
  try {
    return Object.freeze(JSON.parse(text) as Value) // written by `Params.json` from a Value
  } catch (cause) {
    throw new StorageError('corrupt', { cause })
  }
}

const EMPTY: readonly never[] = Object.freeze([])

export function listOf<Item>(text: Json<readonly Item[]> | null): readonly Item[] {
  return text === null ? EMPTY : jsonOf(text)
}

/** A record, frozen with all that is in it; NULL is one without members. */
export function recordOf<Value extends object>(text: Json<Value> | null): Value {
  return frozenDeep(text === null ? ({} as Value) : jsonOf(text)) // every member of a Value is optional
}

function frozenDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) frozenDeep(member)
  return Object.freeze(value)
}

export const orUndefined = <Value>(value: Value | null): Value | undefined => value ?? undefined
