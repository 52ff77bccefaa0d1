import type { TestServer } from './server.ts'

/** What the quick start registers. */
export const SEED = {
  client_name: 'My App',
  redirect_uris: ['http://localhost:3000/callback'],
  grant_types: ['authorization_code'],
  scope: 'read write',
}

export const OPEN = { OAUTH2_OPEN_REGISTRATION: 'true' }

export const register = (server: TestServer, body: unknown, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: '/clients/register',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  })
