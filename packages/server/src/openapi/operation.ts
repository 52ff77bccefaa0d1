import type { DescribedEndpoint, DocumentFacts } from './document.ts'
import type { JsonObject, NamedParts } from './named-parts.ts'
import { bodyOf, parametersOf } from './request-parts.ts'
import { responsesOf } from './response-parts.ts'
import { securityOf } from './security.ts'

/** One endpoint as OpenAPI writes it. */
export function operationOf(
  endpoint: DescribedEndpoint,
  facts: DocumentFacts,
  named: NamedParts,
): JsonObject {
  const { id, tag = 'Accounts', summary, spec } = endpoint
  const parameters = parametersOf(endpoint, named)
  const requestBody = bodyOf(endpoint, named)
  const externalDocs = rfcOf(spec)
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: spec,
    ...(externalDocs && { externalDocs }),
    security: securityOf(endpoint, facts),
    ...(parameters && { parameters }),
    ...(requestBody && { requestBody }),
    responses: responsesOf(endpoint, facts, named),
  }
}

/** The first RFC that is named, and its section. */
function rfcOf(spec: string): JsonObject | undefined {
  const [, number, section] = /RFC (\d+)(?: §([\d.]+\d|\d))?/.exec(spec) ?? []
  if (number === undefined) return undefined
  const place = section === undefined ? '' : `#section-${section}`
  return {
    description: `RFC ${number}${section === undefined ? '' : ` §${section}`}`,
    url: `https://www.rfc-editor.org/rfc/rfc${number}${place}`,
  }
}
