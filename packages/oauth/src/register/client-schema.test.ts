import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdMaker, systemClock, systemRandom } from '@grantd/domain'
import { Vault } from '../vault/vault.ts'
import { createClient, readClientMetadata } from './client-metadata.ts'
import { ClientMetadataSchema, ClientSchema } from './client-schema.ts'

const ports = {
  clock: systemClock,
  random: systemRandom,
  ids: new IdMaker({ clock: systemClock, random: systemRandom }),
  vault: new Vault({ encryptionKey: Buffer.alloc(32, 1), random: systemRandom }),
}

const HOST = 'https://app.example.com'
/** Where the default of a member would not do. */
const VALUES: Readonly<Record<string, unknown>> = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code', 'code id_token'],
  redirect_uris: [`${HOST}/cb`],
  contacts: ['ops@example.com'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'openid',
  default_max_age: 600,
}
/** Either this or `jwks_uri`, which is tried. */
const OTHER = 'jwks'

function sample(name: string, schema: object): unknown {
  const { type, enum: words } = schema as { type?: string; enum?: readonly string[] }
  if (name in VALUES) return VALUES[name]
  if (words !== undefined) return words[0]
  if (type === 'boolean') return true
  if (name.endsWith('_uris')) return [`${HOST}/${name}`]
  if (name.endsWith('_uri')) return `${HOST}/${name}`
  return type === 'array' ? ['urn:x'] : 'text'
}

describe('the documented metadata of a client', () => {
  const members = Object.entries(ClientMetadataSchema.properties).filter(([name]) => name !== OTHER)
  const sent = Object.fromEntries(members.map(([name, schema]) => [name, sample(name, schema)]))

  test('every member is taken, and comes back as documented', () => {
    const made = createClient(readClientMetadata(sent), { registeredBy: 'self' }, ports)
    const answer = made.response as Readonly<Record<string, unknown>> // plain JSON
    for (const name of Object.keys(sent)) assert.deepEqual(answer[name], sent[name], name)
    const documented = new Set(Object.keys(ClientSchema.properties))
    const unknown = Object.keys(answer).filter((name) => !documented.has(name))
    assert.deepEqual(unknown, [])
  })
})
