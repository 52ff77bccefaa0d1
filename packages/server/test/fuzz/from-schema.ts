// Owns: random JSON that a schema of the document allows. Knows the words that our schemas use.
import fc from 'fast-check'
import type { JsonObject } from '../../src/openapi/named-parts.ts'
import type { OpenApi } from '../support/documented.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonObject[]
  readonly items?: JsonObject
  readonly properties?: Readonly<Record<string, JsonObject>>
  readonly required?: readonly string[]
  readonly minimum?: number
}

/** `text` is where strings come from that the schema leaves open. */
export function fromSchema(
  given: JsonObject,
  text: fc.Arbitrary<string>,
  document: OpenApi,
): fc.Arbitrary<unknown> {
  const schema: Schema = given
  const again = (inner: JsonObject) => fromSchema(inner, text, document)
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return again(document.components.schemas[name] as JsonObject) // each name is a schema's
  }
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(again))
  switch (schema.type) {
    case 'string':
      return text
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -1, max: 100_000 })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(again(schema.items ?? {}), { maxLength: 3 })
    case 'object':
      return objectOf(schema, again, text)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

/** Any member may be there; those that have to be are. An object without names has some of its own. */
function objectOf(
  { properties, required = [] }: Schema,
  again: (inner: JsonObject) => fc.Arbitrary<unknown>,
  text: fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  if (properties === undefined)
    return fc.dictionary(fc.stringMatching(/^[a-z_]{1,10}$/), text, { maxKeys: 3 })
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, again(schema)]),
  )
  return fc.record(members, { requiredKeys: [...required] })
}
