import { hash } from 'node:crypto'
import { UNCHANGED } from '../answers.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { MetadataSchema } from './document-schemas.ts'
import { jwksEndpoint } from './jwks-endpoint.ts'
import { type DiscoveryLists, discoveryDocument } from './metadata.ts'

/** Seconds for which clients may keep the metadata. */
const MAX_AGE = 3_600

/**
 * The well-known documents. `describe` is called with the first request, not before: the list of
 * endpoints holds these very endpoints.
 *
 * ```ts
 * export const ENDPOINTS: readonly Endpoint[] = [
 *   tokenEndpoint,
 *   ...discoveryEndpoints(() => ({ endpoints: ENDPOINTS, grantTypes, authMethods })),
 * ]
 * ```
 */
export function discoveryEndpoints(describe: () => DiscoveryLists): readonly Endpoint[] {
  // By settings, since one list may serve several servers of a process.
  const documents = new WeakMap<Services['settings'], Reply>()

  const handle = (_input: unknown, services: Services): Reply => {
    const known = documents.get(services.settings)
    if (known !== undefined) return known
    const body = Buffer.from(JSON.stringify(discoveryDocument(describe(), services)))
    const etag = `"${hash('sha256', body, 'base64url')}"`
    const reply: Reply = { kind: 'document', body, etag, maxAge: MAX_AGE }
    documents.set(services.settings, reply)
    return reply
  }

  const common = {
    method: 'GET',
    tag: 'OAuth2',
    caller: 'none',
    body: 'none',
    cors: true,
    response: MetadataSchema,
    answers: [UNCHANGED],
    handle,
  } as const satisfies Partial<Endpoint>
  return [
    {
      ...common,
      id: 'openid-configuration',
      path: '/.well-known/openid-configuration',
      spec: 'OpenID Connect Discovery 1.0 §4',
      summary: 'Metadata of this server for OpenID Connect clients.',
    },
    {
      ...common,
      id: 'oauth-authorization-server',
      path: '/.well-known/oauth-authorization-server',
      spec: 'RFC 8414 §3',
      summary: 'Metadata of this server for OAuth clients.',
    },
    jwksEndpoint,
  ]
}
