import assert from 'node:assert/strict'
import { REDIRECT, type TestServer } from './server.ts'

export const METADATA = {
  client_name: 'My App',
  'client_name#de': 'Meine App',
  redirect_uris: [REDIRECT],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid email',
  contacts: ['ops@app.example'],
  id_token_signed_response_alg: 'ES256',
  default_max_age: 600,
  require_auth_time: true,
  post_logout_redirect_uris: ['http://localhost:3000/bye'],
  software_id: 'app',
  software_version: '1.2',
}

/** Registration at /connect/register and its management, of a test's own server unless it names one. */
export function connectRegister(own: () => TestServer) {
  async function call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    about: { token?: string; body?: unknown; on?: TestServer } = {},
  ) {
    const { token, body, on = own() } = about
    return on.inject({
      method,
      url: url.replace(/^http:\/\/localhost:8080/, ''),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
  }

  const register = (changes: object = {}, on: TestServer = own()) =>
    call('POST', '/connect/register', { body: { ...METADATA, ...changes }, on })

  async function registered(changes: object = {}): Promise<Record<string, string>> {
    const reply = await register(changes)
    assert.equal(reply.statusCode, 201, reply.body)
    return reply.json()
  }

  return { call, register, registered }
}
