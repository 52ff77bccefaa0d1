// Owns: JSON Schema written as code, with TypeBox's types and without its runtime.
// Does not own: validation. Start here: `Type`.
import type * as TypeBox from 'typebox'

/** Schemas that an object may go without. */
const optional = new WeakSet<object>()

/**
 * The builders that grantd uses of TypeBox, under the same names: the TypeScript type of a schema is TypeBox's
 * (`Static`), the value is the same JSON Schema. The library makes it with 373 modules, which cost 80 ms of
 * each start and 5 MB for as long as the process lives.
 */
export const Type = {
  String: (options?: object) => ({ type: 'string', ...options }),
  Integer: (options?: object) => ({ type: 'integer', ...options }),
  Number: (options?: object) => ({ type: 'number', ...options }),
  Boolean: (options?: object) => ({ type: 'boolean', ...options }),
  Null: (options?: object) => ({ type: 'null', ...options }),
  Literal: (value: string | number | boolean, options?: object) => ({
    type: typeof value,
    const: value,
    ...options,
  }),
  Array: (items: object, options?: object) => ({ type: 'array', items, ...options }),
  Union: (anyOf: readonly object[], options?: object) => ({ anyOf, ...options }),
  /** Keys are any text: no other kind of key is used. */
  Record: (_key: object, value: object, options?: object) => ({
    type: 'object',
    patternProperties: { '^.*$': value },
    ...options,
  }),
  Optional(schema: object) {
    const copy = { ...schema }
    optional.add(copy)
    return copy
  },
  Object(properties: Readonly<Record<string, object>>, options?: object) {
    const required = Object.keys(properties).filter(
      (name) => !optional.has(properties[name] as object),
    )
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties,
      ...options,
    }
  },
  /** A schema whose values have a narrower type than it says. */
  Unsafe: (schema: object) => schema,
} as unknown as Builders

type Builders = Pick<
  typeof TypeBox,
  | 'String'
  | 'Integer'
  | 'Number'
  | 'Boolean'
  | 'Null'
  | 'Literal'
  | 'Array'
  | 'Union'
  | 'Record'
  | 'Optional'
  | 'Object'
  | 'Unsafe'
>
