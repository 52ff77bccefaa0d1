import type { Bytes, Flag, Json } from './schema.ts'

/** What travels to the writer. Bytes travel as base64url text and are decoded where they are bound. */
export type SqlValue = string | number | null

/** A placeholder of a statement: how to read its value from the change or key that is bound. */
export class Param<Source> {
  readonly read: (source: Source) => SqlValue
  readonly isBytes: boolean

  constructor(read: (source: Source) => SqlValue, isBytes: boolean) {
    this.read = read
    this.isBytes = isBytes
  }
}

/**
 * Makes placeholders that a query builder takes for column values. They come back, in the order of
 * the statement's markers, in the compiled query's parameters.
 */
export interface Params<Source> {
  value<Value extends string | number>(read: (source: Source) => Value): Value
  valueOrNull<Value extends string | number>(
    read: (source: Source) => Value | undefined,
  ): Value | null
  bytes<Text extends string>(read: (source: Source) => Text): Bytes<Text>
  bytesOrNull<Text extends string>(read: (source: Source) => Text | undefined): Bytes<Text> | null
  flag(read: (source: Source) => boolean): Flag
  json<Value>(read: (source: Source) => Value): Json<Value>
  /** An empty list is NULL. */
  listOrNull<Item>(read: (source: Source) => readonly Item[]): Json<readonly Item[]> | null
  /** An object without members is NULL. */
  recordOrNull<Value extends object>(read: (source: Source) => Value): Json<Value> | null
}

/** The placeholders for statements bound from a `Source`. */
export function paramsOf<Source>(): Params<Source> {
  // The builder treats a placeholder as an opaque value, so each is given out as the type of the
  // column it stands for; this is the one place where that pretence is made.
  const make = (read: (source: Source) => SqlValue, isBytes = false) =>
    new Param(read, isBytes) as unknown
  return {
    value: <Value extends string | number>(read: (source: Source) => Value) => make(read) as Value,
    valueOrNull: <Value extends string | number>(read: (source: Source) => Value | undefined) =>
      make((source) => read(source) ?? null) as Value,
    bytes: <Text extends string>(read: (source: Source) => Text) => make(read, true) as Bytes<Text>,
    bytesOrNull: <Text extends string>(read: (source: Source) => Text | undefined) =>
      make((source) => read(source) ?? null, true) as Bytes<Text>,
    flag: (read) => make((source) => (read(source) ? 1 : 0)) as Flag,
    json: <Value>(read: (source: Source) => Value) =>
      make((source) => JSON.stringify(read(source))) as Json<Value>,
    listOrNull: <Item>(read: (source: Source) => readonly Item[]) =>
      make((source) => {
        const list = read(source)
        return list.length === 0 ? null : JSON.stringify(list)
      }) as Json<readonly Item[]>,
    recordOrNull: <Value extends object>(read: (source: Source) => Value) =>
      make((source) => {
        const text = JSON.stringify(read(source))
        return text === '{}' ? null : text
      }) as Json<Value>,
  }
}

/** The placeholders of a compiled query, in marker order; a literal becomes a placeholder of itself. */
export function paramList<Source>(parameters: readonly unknown[]): readonly Param<Source>[] {
  return parameters.map((parameter) => {
    if (parameter instanceof Param) return parameter as Param<Source> // made by paramsOf<Source>
    if (typeof parameter === 'string' || typeof parameter === 'number') {
      return new Param<Source>(() => parameter, false)
    }
    throw new TypeError(`a statement cannot hold a literal ${typeof parameter}`)
  })
}
