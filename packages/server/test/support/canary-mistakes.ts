// Owns: the parts of the journey in which clients register themselves, and in which secrets are put where they
// do not belong. Does not own: the rest of it (canary-tour.ts).
import type { Canary } from './canary.ts'
import { basic } from './flow.ts'
import { ISSUER, REDIRECT, type TestServer } from './server.ts'

export const METADATA = {
  client_name: 'App',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid offline_access read write',
  token_endpoint_auth_method: 'client_secret_basic',
  backchannel_logout_uri: 'https://rp.example/logout',
}

/** Clients that register, manage and delete themselves. */
export async function registrations(server: TestServer, canary: Canary): Promise<void> {
  const call = (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    token?: string,
    body?: object,
  ) =>
    server.inject({
      method,
      url: url.replace(ISSUER, ''),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
  const own = { ...METADATA, scope: 'openid read', backchannel_logout_uri: undefined }
  const made = (await call('POST', '/connect/register', undefined, own)).json()
  const { client_id, registration_client_uri: uri, registration_access_token: token } = made
  canary.watch('client secret', made.client_secret)
  canary.watch('registration token', token)
  await call('GET', uri, token)
  await call('GET', uri, canary.mintWord('registration-token'))
  await call('PUT', uri, token, {
    ...own,
    client_id,
    client_secret: canary.mintWord('secret-in-body'),
  })
  await call('PUT', uri, token, { ...own, client_id, client_name: 'Renamed' })
  await call('DELETE', uri, token)
  await call('POST', '/clients/register', canary.mintWord('initial-access-token'), own)
}

/** Secrets in places where they do not belong. */
export async function mistakes(server: TestServer, canary: Canary): Promise<void> {
  const { id, secret } = await server.addClient(METADATA)
  canary.watch('client secret', secret)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const word = (kind: string) => canary.mintWord(kind)
  await server.inject({
    method: 'POST',
    url: `/oauth/token?client_secret=${secret}`,
    headers: form,
    payload: '',
  })
  await server.inject({
    url: `/oauth/token?${new URLSearchParams({ client_id: id, client_secret: secret })}`,
  })
  await server.inject({ url: `/oauth/userinfo?access_token=${word('token-in-query')}` })
  await server.inject({ url: `/error?error=${word('in-error')}&error_description=x` })
  await server.inject({ url: `/nowhere?code=${word('code-in-query')}` })
  await server.inject({
    url: '/oauth/userinfo',
    headers: { authorization: `Bearer ${word('bearer')}` },
  })
  await server.inject({
    url: '/oauth/userinfo',
    headers: { authorization: `Basic ${word('basic')}` },
  })
  await server.token({
    grant_type: word('grant-type'),
    client_id: word('client-id'),
    client_secret: secret,
  })
  await server.token({
    grant_type: 'client_credentials',
    client_id: secret,
    client_secret: word('secret'),
  })
  await server.token({
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
    scope: 'a-scope',
  })
  await server.token({
    grant_type: 'refresh_token',
    client_id: id,
    client_secret: secret,
    refresh_token: word('refresh'),
  })
  await server.form(
    '/oauth/introspect',
    { token: word('token') },
    { authorization: basic(id, word('secret')) },
  )
  await server.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { 'content-type': 'text/plain' },
    payload: word('body'),
  })
  await server.inject({
    method: 'POST',
    url: '/clients/register',
    headers: { 'content-type': 'application/json' },
    payload: `{"client_secret":"${word('broken-json')}"`,
  })
  const query = {
    client_id: id,
    redirect_uri: 'https://evil.example/cb',
    request: word('request-object'),
  }
  await server.inject({
    url: `/oauth/authorize?${new URLSearchParams(query)}`,
    headers: { accept: 'text/html' },
  })
  await server.inject({
    url: '/profile',
    headers: { cookie: `sid=${word('sid')}; pending=${word('pending')}` },
  })
}
