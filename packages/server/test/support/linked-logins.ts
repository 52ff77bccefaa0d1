// Owns: people with linked logins, and the forms of the account console that change them.
import assert from 'node:assert/strict'
import { nowSeconds, type UpstreamIdentity, type UserId } from '@grantd/domain'
import { formFor } from './people.ts'
import { Browser, PASSWORD, TestServer } from './server.ts'

export const ADDRESS = 'ada@mail.example'
export const NEXT = 'another long password'
export const REMOVE = '/profile/logins/remove'
export const LINK = '/profile/logins/link'
/** A provider that nobody calls in a test that does not go there. */
export const PROVIDER = {
  OAUTH2_OIDC_CLIENT_ID: 'grantd-there',
  OAUTH2_OIDC_CLIENT_SECRET: 'a secret of the provider',
  OAUTH2_OIDC_ISSUER: 'https://login.example.com',
  OAUTH2_OIDC_LABEL: 'Example',
}

export async function started(env: Record<string, string> = PROVIDER) {
  const server = await TestServer.start(env)
  await server.addUser('ada', PASSWORD, ADDRESS)
  const browser = new Browser(server)
  await browser.signIn()
  return { server, browser }
}

export async function userOf(server: TestServer, login = 'ada') {
  const user = await server.assembly.storage.users.findByLogin(login)
  assert.ok(user)
  return user
}

/** As if `login` had signed in at a provider and linked it. */
export async function link(
  server: TestServer,
  changes: Partial<UpstreamIdentity> = {},
  login = 'ada',
): Promise<UpstreamIdentity> {
  const { services, storage } = server.assembly
  const identity: UpstreamIdentity = {
    id: services.ids.next(),
    userId: (await userOf(server, login)).id,
    provider: 'oidc',
    issuer: 'https://accounts.example',
    subject: services.ids.next(),
    email: 'ada@elsewhere.example',
    name: 'Ada Elsewhere',
    createdAt: nowSeconds(server.clock),
    lastUsedAt: undefined,
    ...changes,
  }
  const result = await storage.commit([{ kind: 'identity.insert', identity }])
  assert.equal(result.outcome, 'committed')
  return identity
}

export const linkedTo = (server: TestServer, userId: UserId) =>
  server.assembly.storage.identities.listByUser(userId)

/** The field of the form that removes `identity`. */
export async function removal(browser: Browser, identity: UpstreamIdentity) {
  const { body } = await browser.get('/profile/logins')
  return { csrf: formFor(body, REMOVE).csrf ?? '', login: identity.id }
}

/** Where a page leads on to. */
export function addressOn(html: string): string {
  const [, address = ''] = /href="(https?:[^"]+)"/.exec(html) ?? []
  return address.replaceAll('&amp;', '&')
}
