import type { TSchema } from 'typebox'

export type JsonObject = Readonly<Record<string, unknown>>

/** What is said once and used by name. */
export class NamedParts {
  readonly #components = new Map<string, { readonly source: TSchema; readonly schema: unknown }>()

  readonly #responses = new Map<string, JsonObject>()

  /**
   * The schema as it stands where it is used. One with an `$id` becomes a component, so that generated
   * clients have a name for it. Throws RangeError when two schemas have one name.
   */
  schema(schema: TSchema): JsonObject {
    const { $id: name } = schema as { $id?: string }
    if (name === undefined) return this.#copy(schema) as JsonObject // a schema is an object
    const known = this.#components.get(name)
    if (known !== undefined && known.source !== schema)
      throw new RangeError(`two schemas are called ${name}`)
    if (known === undefined) {
      const { $id: _, ...bare } = schema as TSchema & { $id: string }
      this.#components.set(name, { source: schema, schema: this.#copy(bare) })
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  /** A reference to a response that many operations have; the name must say all that it depends on. */
  response(name: string, response: JsonObject): JsonObject {
    this.#responses.set(name, response)
    return { $ref: `#/components/responses/${name}` }
  }

  get schemas(): JsonObject {
    const sorted = sortedByName(this.#components)
    return Object.fromEntries(sorted.map(([name, { schema }]) => [name, schema]))
  }

  get responses(): JsonObject {
    return Object.fromEntries(sortedByName(this.#responses))
  }

  #copy(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#inner(one))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#inner(one)]))
  }

  #inner(value: unknown): unknown {
    const isNamed = typeof value === 'object' && value !== null && '$id' in value
    return isNamed ? this.schema(value as TSchema) : this.#copy(value) // only schemas have an `$id`
  }
}

function sortedByName<Value>(parts: ReadonlyMap<string, Value>): readonly [string, Value][] {
  return [...parts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
