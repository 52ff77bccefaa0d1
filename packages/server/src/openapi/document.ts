// Owns: the OpenAPI 3.1 document of a list of endpoints. Does not own: what is said of one of them (its
// own file in @grantd/oauth), serving it (api-docs-endpoints.ts). Start here: `openApiDocument`.
import { readFileSync } from 'node:fs'
import type { Endpoint, OAuthSettings, Tag } from '@grantd/oauth'
import { ERROR_SCHEMA, HEADERS } from './components.ts'
import { type JsonObject, NamedParts } from './named-parts.ts'
import { operationOf } from './operation.ts'
import { securitySchemes } from './security.ts'

/** An endpoint without what answers: all that is said of it. */
export type DescribedEndpoint = Omit<Endpoint, 'handle'>

/** What of a server's settings shows in the document. */
export interface DocumentFacts {
  readonly oauth: OAuthSettings
  /** Whether requests are counted, so that answers say how many are left. */
  readonly isLimited: boolean
}

const TAGS: Readonly<Record<Tag, string>> = {
  OAuth2: 'Authorization, tokens, who somebody is, and where all of it is found.',
  'Client Management': 'Clients that register and look after themselves.',
  'Token Management': 'What a token is still good for, and its end.',
  Admin: 'For administrators: a token with the scope `admin` of a listed client.',
  Observability: 'For those who run the server and watch it.',
  Accounts: 'Pages and forms for people, with a session in a cookie. No interface for programs.',
}

const ABOUT = `A self-hosted OAuth 2.1 and OpenID Connect authorization server.

Errors are JSON (RFC 6749 §5.2). Where people come as well, whoever names \`text/html\` in Accept gets a page.
A GET may be asked as HEAD. Below the endpoints a request may be refused with 404 (no such path), 405 (another
method), 421 (another server is meant) or 431 (too many headers).`

/** Of the endpoints that are on under these settings; their order is kept. */
export function openApiDocument(
  endpoints: readonly DescribedEndpoint[],
  facts: DocumentFacts,
): JsonObject {
  const shown = endpoints.filter(({ isOn }) => isOn?.(facts.oauth) !== false)
  const named = new NamedParts()
  const paths: Record<string, JsonObject> = {}
  for (const endpoint of shown) {
    const path = documentedPath(endpoint)
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: operationOf(endpoint, facts, named),
    }
  }
  const used = new Set(shown.map(({ tag = 'Accounts' }) => tag))
  return {
    openapi: '3.1.1',
    info: {
      title: 'grantd',
      version: version(),
      description: ABOUT,
      license: { name: 'MIT OR Apache-2.0', identifier: 'MIT OR Apache-2.0' },
    },
    servers: [{ url: facts.oauth.baseUrl.replace(/\/$/, '') }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name as Tag)) // names of TAGS
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { Error: ERROR_SCHEMA, ...named.schemas },
      responses: named.responses,
      headers: HEADERS,
      securitySchemes: securitySchemes(shown, facts),
    },
  }
}

/** `/connect/register/{client_id}`, as OpenAPI writes an open segment. */
export function documentedPath({
  path,
  segment = 'id',
}: Pick<DescribedEndpoint, 'path' | 'segment'>): string {
  return path.replace(/\*$/, `{${segment}}`)
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(manifest).version)
}
