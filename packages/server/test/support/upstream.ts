import assert from 'node:assert/strict'
import type { Log } from '@grantd/oauth'
import { FixedClock } from '@grantd/testkit'
import { FakeUpstream, type ListeningUpstream, UPSTREAM_CLIENT } from './fake-upstream.ts'
import { changeUser } from './flow.ts'
import { Browser, PASSWORD, TestServer } from './server.ts'

/** The environment of a server on which people sign in with `upstream` under the name `provider`. */
export function envFor(
  upstream: FakeUpstream,
  provider: 'oidc' | 'keycloak' | 'okta' = 'oidc',
): Record<string, string> {
  const name = provider.toUpperCase()
  return {
    OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    [`OAUTH2_${name}_CLIENT_ID`]: UPSTREAM_CLIENT.id,
    [`OAUTH2_${name}_CLIENT_SECRET`]: UPSTREAM_CLIENT.secret,
    [`OAUTH2_${name}_${provider === 'okta' ? 'DOMAIN' : 'ISSUER'}`]: upstream.issuer,
  }
}

export interface UpstreamWorld extends AsyncDisposable {
  readonly server: TestServer
  readonly upstream: ListeningUpstream
}

/** A server and one provider of it, `oidc`, which reads the same clock. */
export async function withUpstream(
  env: Record<string, string> = {},
  log?: Log,
): Promise<UpstreamWorld> {
  const clock = new FixedClock()
  let now = () => clock.nowMs()
  const upstream = await FakeUpstream.listen(() => now())
  const server = await TestServer.start({ ...envFor(upstream), ...env }, log)
  now = () => server.clock.nowMs()
  return {
    server,
    upstream,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

/** From a link on the sign-in page to the provider: the address that the browser is sent to. */
export async function leave(browser: Browser, returnTo = '/profile', provider = 'oidc') {
  const query = new URLSearchParams({ return_to: returnTo })
  const reply = await browser.get(`/auth/login/${provider}?${query}`)
  assert.equal(reply.statusCode, 303, reply.body)
  return String(reply.headers.location)
}

/** Back from the provider, with whatever it answers. */
export function comeBack(browser: Browser, callback: string) {
  const { pathname, search } = new URL(callback)
  return browser.get(`${pathname}${search}`)
}

/** The whole way of somebody who says yes. */
export async function signInThrough(
  { server, upstream }: Pick<UpstreamWorld, 'server' | 'upstream'>,
  browser = new Browser(server),
  returnTo = '/profile',
) {
  const callback = upstream.authorize(await leave(browser, returnTo))
  return { browser, reply: await comeBack(browser, callback), callback }
}

export async function isSignedIn(browser: Browser): Promise<boolean> {
  return (await browser.get('/profile')).statusCode === 200
}

/** The code on one of our pages. */
export function codeOn(html: string): string | undefined {
  return /<code>([a-z_]+)<\/code>/.exec(html)?.[1]
}

type Reply = Awaited<ReturnType<Browser['get']>>

/** Nobody is signed in. */
export const nobody = (browser: Browser) => assert.equal(browser.cookies.has('sid'), false)

/** The answer is our own page with this code, and leads on. */
export function isRefused(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.statusCode, codeOn(reply.body)], [status, code], reply.body)
  assert.match(reply.body, /<a class="button primary" href="\/(?:auth\/login|profile)/)
  assert.equal(reply.headers['cache-control'], 'no-store')
}

/** Calls of the provider's token endpoint. */
export const exchanges = ({ upstream }: Pick<UpstreamWorld, 'upstream'>) =>
  upstream.requests.filter(({ url }) => url.pathname === '/token').length

/** Whom this server knows by a login of the provider. */
export const userThere = async ({ server }: UpstreamWorld, subject = 'subject-1') => {
  const { storage } = server.assembly
  const identity = await storage.identities.find('oidc', subject)
  return identity && storage.users.find(identity.userId)
}

/** Ada, who has proven here the address that she has at the provider. */
export const verifiedAda = async (world: UpstreamWorld, role: 'user' | 'admin' = 'user') => {
  await world.server.addUser('ada', PASSWORD, 'ada@elsewhere.example')
  await changeUser(world.server, { role, claims: { email_verified: true } })
}
