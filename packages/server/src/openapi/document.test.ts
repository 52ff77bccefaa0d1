import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { ENDPOINTS } from '@grantd/oauth'
import { Validator } from '@seriousme/openapi-schema-validator'
import { loadSettings } from '../config/load.ts'
import { documentedPath } from './document.ts'
import { documentOf } from './document-of-settings.ts'
import { openApiReference } from './reference.ts'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, unknown>>
}

const reference = JSON.parse(openApiReference()) as Document

function idsOf({ paths }: Document): readonly string[] {
  return Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
}

/** The document of `grantd serve` with this environment. */
function served(env: Record<string, string>): Document {
  const needed = { OAUTH2_PUBLIC_URL: 'https://a.example' }
  const { settings } = loadSettings({ mode: 'tool', env: { ...needed, ...env }, cwd: '/nowhere' })
  return documentOf(settings, 'serve') as unknown as Document // made of plain JSON
}

describe('the OpenAPI document', () => {
  test('docs/reference/openapi.json is current; write it with: node scripts/openapi.ts', () => {
    const file = new URL('../../../../docs/reference/openapi.json', import.meta.url)
    assert.ok(readFileSync(file, 'utf8') === openApiReference(), 'run: node scripts/openapi.ts')
  })

  test('is valid by the schema of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(openApiReference()))
    assert.ok(valid, JSON.stringify(errors, null, 1))
  })

  test('has every endpoint once, under its id', () => {
    const ids = idsOf(reference)
    assert.equal(new Set(ids).size, ids.length)
    for (const endpoint of ENDPOINTS) {
      const operation = reference.paths[documentedPath(endpoint)]?.[endpoint.method.toLowerCase()]
      assert.equal(operation?.operationId, endpoint.id, endpoint.id)
    }
  })

  test('says of every operation what it answers when all is well', () => {
    for (const methods of Object.values(reference.paths)) {
      for (const { operationId, responses } of Object.values(methods)) {
        const isSaid = Object.keys(responses).some((status) => status < '400')
        assert.ok(isSaid, operationId)
      }
    }
  })

  test('speaks of nothing that is switched off', () => {
    const ids = idsOf(served({}))
    for (const id of ['connect.register', 'connect.register.change', 'sign_up.form'])
      assert.ok(!ids.includes(id), id)
    for (const id of ['check_session', 'metrics', 'swagger-ui', 'dev.mail'])
      assert.ok(!ids.includes(id), id)
    for (const id of ['token', 'register', 'api-docs']) assert.ok(ids.includes(id), id)
    const without = idsOf(served({ OAUTH2_API_DOCS: 'false', OAUTH2_SWAGGER_UI: 'true' }))
    assert.ok(!without.includes('swagger-ui') && !without.includes('api-docs'))
  })
})
