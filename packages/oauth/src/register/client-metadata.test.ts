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
        response_types: ['code', 'code id_token'],
        subject_type: 'pairwise',
        sector_identifier_uri: 'https://app.example.com/sector.json',
        jwks_uri: 'https://app.example.com/keys.json',
        id_token_signed_response_alg: 'EdDSA',
        request_uris: ['https://app.example.com/request.jwt'],
        default_max_age: 600,
        require_auth_time: true,
        post_logout_redirect_uris: ['https://app.example.com/bye'],
        backchannel_logout_uri: 'https://app.example.com/logout',
        'client_name#de': 'Anwendung',
      },
      { mayBePrivileged: true },
    )
    const { client, secret } = createClient(metadata, { registeredBy: 'operator' }, ports)
    // An update starts from this text: a member that is missing in it would be lost.
    const again = readClientMetadata(describeClient(client, secret), { mayBePrivileged: true })
    assert.deepEqual(again, metadata)
  })

  test('the same where everything is left to its default', () => {
    for (const members of [
      { redirect_uris: ['https://app.example.com/cb'] },
      { redirect_uris: ['https://app.example.com/cb'], response_types: ['code'] },
      { grant_types: ['client_credentials'], scope: 'read' },
    ]) {
      const metadata = readClientMetadata({ client_name: 'App', ...members })
      const { client } = createClient(metadata, { registeredBy: 'operator' }, ports)
      assert.deepEqual(metadata.metadata, {})
      assert.deepEqual(readClientMetadata(describeClient(client, undefined)), metadata)
    }
  })
})
