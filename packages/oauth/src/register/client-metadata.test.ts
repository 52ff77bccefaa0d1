import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdMaker, systemClock, systemRandom } from '@grantd/domain'
import { Vault } from '../vault/vault.ts'
import { createClient, describeClient, readClientMetadata } from './client-metadata.ts'

const ports = {
  clock: systemClock,
  random: systemRandom,
  ids: new IdMaker({ clock: systemClock, random: systemRandom }),
  vault: new Vault({ encryptionKey: Buffer.alloc(32, 1), random: systemRandom }),
}

describe('RFC 7591 §3.2.1 client information', () => {
  test('what a client says of itself reads back as what it was made from', () => {
    const metadata = readClientMetadata(
      {
        client_name: 'App',
        redirect_uris: ['https://app.example.com/cb', 'com.example.app:/cb'],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: 'openid admin',
        token_endpoint_auth_method: 'client_secret_post',
        application_type: 'native',
        client_uri: 'https://app.example.com',
        logo_uri: 'https://app.example.com/logo.png',
        policy_uri: 'https://app.example.com/policy',
        tos_uri: 'https://app.example.com/tos',
        contacts: ['ops@example.com'],
      },
      { mayBePrivileged: true },
    )
    const { client, secret } = createClient(metadata, { registeredBy: 'operator' }, ports)
    // An update starts from this text: a member that is missing in it would be lost.
    const again = readClientMetadata(describeClient(client, secret), { mayBePrivileged: true })
    assert.deepEqual(again, metadata)
  })
})
