// Owns: what the OpenAPI document says of requests, flattened for the making of random ones.
import type { JsonObject } from '../../src/openapi/named-parts.ts'
import type { OpenApi, Operation } from '../support/documented.ts'

const FORM = 'application/x-www-form-urlencoded'

export interface FuzzOperation {
  readonly id: string
  readonly method: string
  /** An open segment is a `*`. */
  readonly path: string
  /** Where its parameters go. */
  readonly place: 'query' | 'form' | 'json'
  /** Content type of the body. */
  readonly type: string | undefined
  /** Schemas of what is read of query or form, by name. */
  readonly fields: Readonly<Record<string, JsonObject>>
  /** Of the JSON body. */
  readonly json: JsonObject | undefined
  readonly headers: readonly string[]
  /** Names of the security schemes of which one is enough; `none` where nothing is. */
  readonly security: readonly string[]
}

export function operationsOf({ paths }: OpenApi): readonly FuzzOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      flatten(path.replace(/\{\w+\}$/, '*'), method.toUpperCase(), operation),
    ),
  )
}

function flatten(path: string, method: string, operation: Operation): FuzzOperation {
  const { operationId: id, parameters = [], requestBody, security } = operation
  const form = requestBody?.content[FORM]?.schema
  const json = requestBody?.content['application/json']?.schema
  const named = (place: string) => parameters.filter((parameter) => parameter.in === place)
  const query = named('query').map(({ name, schema }) => [name, schema] as const)
  const { properties = {} } = (form ?? {}) as { properties?: Record<string, JsonObject> }
  return {
    ...{ id, method, path, json },
    place: form !== undefined ? 'form' : json !== undefined ? 'json' : 'query',
    type: requestBody === undefined ? undefined : Object.keys(requestBody.content)[0],
    fields: form === undefined ? Object.fromEntries(query) : properties,
    headers: named('header').map(({ name }) => name),
    security: security.map((one) => Object.keys(one)[0] ?? 'none'),
  }
}
