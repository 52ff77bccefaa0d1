// Owns: serving the OpenAPI document, and with it Swagger UI. Does not own: what the document says.
import { hash } from 'node:crypto'
import { type Endpoint, type Reply, UNCHANGED } from '@grantd/oauth'
import { Type } from '@grantd/oauth/schema'
import type { Settings } from '../config/settings.ts'
import type { DescribedEndpoint, DocumentFacts } from './document.ts'
import { SWAGGER_UI, swaggerUiEndpoints } from './swagger-ui.ts'

/** Seconds for which the document may be kept; it changes with a restart alone. */
const MAX_AGE = 300

const API_DOCS = {
  id: 'api-docs',
  method: 'GET',
  path: '/api-docs/openapi.json',
  spec: 'OpenAPI Specification 3.1',
  summary: 'This document: the endpoints that are on here.',
  tag: 'Observability',
  caller: 'none',
  body: 'none',
  cors: true,
  response: Type.Object(
    { openapi: Type.String(), paths: Type.Object({}, { additionalProperties: true }) },
    { additionalProperties: true },
  ),
  answers: [UNCHANGED],
} as const satisfies DescribedEndpoint

/** Those that these settings ask for, without what answers. */
export function describedApiDocs(settings: Settings['api_docs']): readonly DescribedEndpoint[] {
  if (!settings.document) return []
  return settings.swagger_ui ? [API_DOCS, ...Object.values(SWAGGER_UI)] : [API_DOCS]
}

export function apiDocsEndpoints(
  settings: Settings['api_docs'],
  about: {
    /** Called with the first request: these are among them. */
    readonly endpoints: () => readonly Endpoint[]
    readonly facts: DocumentFacts
    /** Path of the icon of our pages. */
    readonly favicon: string
  },
): readonly Endpoint[] {
  if (!settings.document) return []
  let made: Reply | undefined
  const document: Endpoint = {
    ...API_DOCS,
    async handle() {
      made ??= await makeReply(about.endpoints(), about.facts)
      return made
    },
  }
  return settings.swagger_ui ? [document, ...swaggerUiEndpoints(about.favicon)] : [document]
}

/** What makes the document is loaded by whoever asks first: most servers are never asked. */
async function makeReply(endpoints: readonly Endpoint[], facts: DocumentFacts): Promise<Reply> {
  const { openApiDocument } = await import('./document.ts')
  const body = Buffer.from(JSON.stringify(openApiDocument(endpoints, facts)))
  return { kind: 'document', body, etag: `"${hash('sha256', body, 'base64url')}"`, maxAge: MAX_AGE }
}
