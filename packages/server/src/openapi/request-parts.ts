// Owns: what an operation reads: path, query, headers, form, JSON.
import type { TObject, TSchema } from 'typebox'
import type { DescribedEndpoint } from './document.ts'
import type { JsonObject, NamedParts } from './named-parts.ts'

const FORM = 'application/x-www-form-urlencoded'

/** How a client proves itself in the form (RFC 6749 §2.3.1, RFC 7521 §4.2). */
const CLIENT_FIELDS: Readonly<Record<string, JsonObject>> = {
  client_id: { type: 'string', description: 'Needed without an Authorization header.' },
  client_secret: { type: 'string', description: 'For client_secret_post.' },
  client_assertion_type: {
    type: 'string',
    enum: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
  },
  client_assertion: {
    type: 'string',
    description: 'A JWT, for private_key_jwt and client_secret_jwt (RFC 7523 §2.2).',
  },
}

/** Every page may be asked for in a language. */
const LANGUAGE: JsonObject = {
  type: 'string',
  description: 'Languages that the reader prefers, separated by spaces.',
}

/** Parameters of path, query and headers; undefined when there are none. */
export function parametersOf(
  endpoint: DescribedEndpoint,
  named: NamedParts,
): readonly JsonObject[] | undefined {
  const { path, segment = 'id', body, caller, parameters, headers } = endpoint
  const query = body === 'none' ? membersOf(parameters, named) : []
  const names = new Set(query.map(({ name }) => name))
  const isPage = caller === 'session' && body === 'none' && !names.has('ui_locales')
  const all = [
    ...(path.endsWith('*')
      ? [{ name: segment, in: 'path', required: true, schema: { type: 'string' } }]
      : []),
    ...query.map((member) => ({ ...member, in: 'query' })),
    ...(isPage ? [{ name: 'ui_locales', in: 'query', schema: LANGUAGE }] : []),
    ...membersOf(headers, named).map((member) => ({ ...member, in: 'header' })),
  ]
  return all.length === 0 ? undefined : all
}

function membersOf(
  schema: TSchema | undefined,
  named: NamedParts,
): readonly { readonly name: string; readonly required?: true; readonly schema: JsonObject }[] {
  const { properties = {}, required } = (schema ?? {}) as Partial<TObject>
  const needed: readonly string[] = required ?? []
  return Object.entries(properties).map(([name, member]) => ({
    name,
    ...(needed.includes(name) && { required: true as const }),
    schema: named.schema(member),
  }))
}

export function bodyOf(
  { body, caller, parameters }: DescribedEndpoint,
  named: NamedParts,
): JsonObject | undefined {
  if (body === 'none') return undefined
  const schema = parameters === undefined ? { type: 'object' } : named.schema(parameters)
  if (body === 'json') return { required: true, content: { 'application/json': { schema } } }
  const proof = caller === 'client' ? CLIENT_FIELDS : {}
  const { properties } = schema as { properties?: JsonObject }
  const form = { ...schema, properties: { ...properties, ...proof } }
  return { required: true, content: { [FORM]: { schema: form } } }
}
