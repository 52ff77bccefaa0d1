import type { TSchema } from 'typebox'

/**
 * Keeps what the schema declares, at the top level: a field that a handler adds by accident never
 * leaves the server. Schemas that are open or no plain object keep everything.
 */
export function responseFilter(schema: TSchema | undefined): (body: object) => object {
  const fields = declaredFields(schema)
  if (fields === undefined) return (body) => body
  return (body) => {
    for (const name in body) {
      if (fields.has(name)) continue
      return Object.fromEntries(Object.entries(body).filter(([field]) => fields.has(field)))
    }
    return body
  }
}

function declaredFields(schema: TSchema | undefined): ReadonlySet<string> | undefined {
  if (schema === undefined || !('properties' in schema)) return undefined
  if ('additionalProperties' in schema && schema.additionalProperties !== false) return undefined
  const { properties } = schema
  if (typeof properties !== 'object' || properties === null) return undefined
  return new Set(Object.keys(properties))
}
