// The section `api_docs`: the description of the endpoints for programs and for people.
import { Type } from '@grantd/oauth/schema'
import { flag } from './setting.ts'

export const apiDocs = Type.Object({
  document: flag({
    env: ['OAUTH2_API_DOCS'],
    default: true,
    description: 'Serve the OpenAPI document of this server at `/api-docs/openapi.json`.',
  }),
  swagger_ui: flag({
    env: ['OAUTH2_SWAGGER_UI'],
    default: false,
    defaultText: '`false`; with `grantd dev` `true`',
    description:
      'Serve Swagger UI for that document at `/swagger-ui/`. Without the document it is not there.',
  }),
})
