import type { AuditAction, Client, User } from '@grantd/domain'
import type { Log } from '@grantd/oauth'
import type { Browser } from './server.ts'
import { authorizeUrl, hiddenFields, obtainCode, pkce, REDIRECT, TestServer } from './server.ts'

/** A public client as most tests of flows need it. */
export const APP = {
  client_name: 'App',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid offline_access read write',
  token_endpoint_auth_method: 'none',
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token?: string
  readonly scope: string
}

/** A server with Ada and one app. */
export async function withApp(
  metadata: object = {},
  env: Record<string, string> = {},
  log?: Log,
): Promise<{ server: TestServer; id: string; secret: string }> {
  const server = await TestServer.start(env, log)
  await server.addUser()
  return { server, ...(await server.addClient({ ...APP, ...metadata })) }
}

export const codeGrant = (id: string, code: string, verifier: string) => ({
  grant_type: 'authorization_code',
  client_id: id,
  code,
  code_verifier: verifier,
})

export const refreshGrant = (
  id: string,
  refreshToken: string,
  extra: Record<string, string> = {},
) => ({
  grant_type: 'refresh_token',
  client_id: id,
  refresh_token: refreshToken,
  ...extra,
})

/** Signs Ada in, consents, exchanges the code; the browser keeps her session. */
export async function obtainTokens(
  server: TestServer,
  id: string,
  extra: Record<string, string> = {},
): Promise<{ tokens: Tokens; browser: Browser; code: string; verifier: string }> {
  const { code, verifier, browser } = await obtainCode(server, id, extra)
  const reply = await server.token(codeGrant(id, code, verifier))
  if (reply.statusCode !== 200) throw new Error(`no tokens: ${reply.body}`)
  return { tokens: reply.json<Tokens>(), browser, code, verifier }
}

/** A further code of somebody who is signed in already. */
export async function anotherCode(
  browser: Browser,
  id: string,
  extra: Record<string, string> = {},
): Promise<{ code: string; verifier: string }> {
  const { verifier, challenge } = pkce()
  const url = authorizeUrl(id, challenge, extra)
  const page = await browser.get(url)
  const fields = { ...hiddenFields(page.body), decision: 'allow' }
  const { location } = (await browser.submit('/oauth/consent', fields)).headers
  return { code: new URL(String(location)).searchParams.get('code') ?? '', verifier }
}

/** The body of one half of a JWT. */
export function decoded(
  jwt: string,
  half: 'header' | 'claims' = 'claims',
): Record<string, unknown> {
  const part = jwt.split('.')[half === 'header' ? 0 : 1] ?? ''
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}

/** What a redirect to the app carries. */
export function answerOf(reply: { headers: Record<string, unknown> }): URLSearchParams {
  return new URL(String(reply.headers.location)).searchParams
}

export async function changeClient(
  server: TestServer,
  id: string,
  change: Partial<Client>,
): Promise<void> {
  await server.assembly.services.clients.for(id).update({
    id: id as Client['id'],
    change: (client) => ({ ...client, ...change }),
    action: 'client.updated',
    actor: 'test',
  })
}

export async function changeUser(
  server: TestServer,
  change: Partial<User>,
  login = 'ada',
): Promise<User> {
  const { storage } = server.assembly
  const user = await storage.users.findByLogin(login)
  if (user === undefined) throw new Error(`there is no ${login}`)
  const changed = { ...user, ...change, version: user.version + 1 }
  await storage.commit([{ kind: 'user.update', user: changed }])
  return changed
}

/** How often each act is on record. */
export async function countAudit(server: TestServer, action: AuditAction): Promise<number> {
  const rows = await server.assembly.storage.audit.list({ limit: 1_000 })
  return rows.filter((row) => row.action === action).length
}

/** Whether introspection calls the token active; asked without client authentication. */
export async function isActive(server: TestServer, token: string): Promise<boolean> {
  return (await server.form('/oauth/introspect', { token })).json().active
}

/** For `isActive`. */
export const OPEN = { OAUTH2_PUBLIC_INTROSPECTION: 'true' }

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}
