// Owns: a journey through everything that takes or makes a secret, with all its mistakes.
// Does not own: where the secrets must not be (canary.ts and the tests).

import type { Canary } from './canary.ts'
import { METADATA, mistakes, registrations } from './canary-mistakes.ts'
import { ClientSite, clientKeyPair } from './client-keys.ts'
import { anotherCode, basic, codeGrant, refreshGrant } from './flow.ts'
import { codeOf, codesOn, enterCode, formFor, halfSignedIn, seedOn } from './people.ts'
import {
  Browser,
  hiddenFields,
  ISSUER,
  linkIn,
  obtainCode,
  pkce,
  type TestServer,
} from './server.ts'

/** What the server must be started with, beside what a test needs. */
export const TOUR_ENV = {
  OAUTH2_OPEN_REGISTRATION: 'true',
  OAUTH2_SIGNUP_ENABLED: 'true',
  OAUTH2_SMTP_URL: 'smtp://127.0.0.1:1',
  OAUTH2_MAIL_FROM: 'no-reply@id.example',
  OAUTH2_OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
}

/** Every answer's address and headers, and bodies of refusals: what proxies, browsers and clients keep. */
export interface Seen {
  readonly locations: string[]
  readonly refusals: string[]
}

/** Plays it; the server is still running at the end, and every secret of it is in `canary`. */
export async function tour(server: TestServer, canary: Canary): Promise<Seen> {
  const seen: Seen = { locations: [], refusals: [] }
  listen(server, seen)
  const password = await passwords(server, canary)
  await apps(server, canary, password)
  await factors(server, canary, password)
  await registrations(server, canary)
  await mistakes(server, canary)
  return seen
}

function listen(server: TestServer, { locations, refusals }: Seen): void {
  const { app } = server.assembly.http
  const inject = app.inject.bind(app) as unknown as (options: object) => Promise<never>
  const heard = async (options: object) => {
    const reply: { statusCode: number; body: string; headers: Record<string, unknown> } =
      await inject(options)
    const { location } = reply.headers
    if (location !== undefined) locations.push(String(location))
    if (reply.statusCode >= 400)
      refusals.push(reply.body, JSON.stringify(withoutCookies(reply.headers)))
    return reply
  }
  Object.assign(app, { inject: heard })
}

function withoutCookies({ 'set-cookie': _, ...headers }: Record<string, unknown>): object {
  return headers
}

/** Signing in, out, up, a forgotten password, a changed one. */
async function passwords(server: TestServer, canary: Canary): Promise<string> {
  const first = canary.mint('password')
  await server.addUser('ada', first, 'ada@mail.example')
  const browser = new Browser(server)
  await browser.signIn('ada', canary.mint('wrong password'))
  await browser.signIn(canary.mintWord('password typed as name'), canary.mint('wrong password'))
  await browser.signIn('ada', first)
  watchCookies(browser, canary)
  const changed = canary.mint('changed password')
  const page = (await browser.get('/profile/password')).body
  await browser.submit('/profile/password', {
    ...formFor(page, '/profile/password'),
    current_password: first,
    password: changed,
    password_again: changed,
  })
  const profile = (await browser.get('/profile')).body
  canary.watch('csrf', hiddenFields(profile).csrf)
  await browser.submit('/auth/logout', hiddenFields(profile))

  const forgot = new Browser(server)
  const fields = hiddenFields((await forgot.get('/auth/forgot')).body)
  await forgot.submit('/auth/forgot', {
    ...fields,
    username: canary.mintWord('password typed as name'),
  })
  await forgot.submit('/auth/forgot', { ...fields, username: 'ada' })
  const link = linkIn(await server.mailbox.find('ada@mail.example', /new password/))
  canary.watch('reset link', new URL(link, ISSUER).searchParams.get('ticket') ?? undefined)
  const reset = canary.mint('reset password')
  const form = formFor((await forgot.get(link)).body, '/auth/reset')
  await forgot.submit('/auth/reset', {
    ...form,
    password: reset,
    password_again: 'another one, sadly',
  })
  await forgot.submit('/auth/reset', { ...form, password: reset, password_again: reset })

  const sign = new Browser(server)
  const asked = hiddenFields((await sign.get('/auth/sign-up')).body)
  await sign.submit('/auth/sign-up', { ...asked, email: 'new@mail.example', name: 'New' })
  const invitation = linkIn(await server.mailbox.find('new@mail.example', /account/))
  canary.watch('sign-up link', new URL(invitation, ISSUER).searchParams.get('ticket') ?? undefined)
  const chosen = canary.mint('sign-up password')
  const finish = formFor((await sign.get(invitation)).body, '/auth/sign-up/finish')
  await sign.submit('/auth/sign-up/finish', { ...finish, password: chosen, password_again: chosen })
  return reset
}

function watchCookies(browser: Browser, canary: Canary): void {
  for (const [name, value] of browser.cookies) {
    if (name === 'sid' || name === 'pending' || name === 'device')
      canary.watch(`${name} cookie`, value)
  }
}

/** Codes and tokens, used, used again and ended; assertions; logout with a hint. */
async function apps(server: TestServer, canary: Canary, password: string): Promise<void> {
  await using site = await ClientSite.open()
  const backchannel_logout_uri = `${site.origin}/logout`
  const { id, secret } = await server.addClient({ ...METADATA, backchannel_logout_uri })
  canary.watch('client secret', secret)
  const authorization = basic(id, secret)
  const token = (fields: Record<string, string>) =>
    server.form('/oauth/token', fields, { authorization })
  const { code, verifier, browser } = await obtainCode(
    server,
    id,
    { scope: 'openid offline_access read', nonce: 'a-nonce' },
    password,
  )
  canary.watch('code', code)
  canary.watch('verifier', verifier)
  watchCookies(browser, canary)
  const first = (await token(codeGrant(id, code, verifier))).json()
  const second = (await token(refreshGrant(id, first.refresh_token))).json()
  for (const tokens of [first, second])
    for (const kind of ['access_token', 'refresh_token', 'id_token'])
      if (tokens[kind] !== undefined) canary.watch(kind, tokens[kind])
  const bearer = { authorization: `Bearer ${second.access_token}` }
  await server.inject({ url: '/oauth/userinfo', headers: bearer })
  await server.form('/oauth/introspect', { token: second.access_token }, { authorization })
  await server.form('/oauth/introspect', { token: second.refresh_token }, { authorization })
  const alone = (await token({ grant_type: 'client_credentials', scope: 'read' })).json()
  canary.watch('access_token', alone.access_token)
  await server.form('/oauth/revoke', { token: alone.access_token }, { authorization })

  // Mistakes: an old code, an old refresh token, a wrong verifier.
  const spare = await anotherCode(browser, id)
  canary.watch('code', spare.code)
  const wrong = canary.watch('verifier', pkce().verifier)
  await token(codeGrant(id, spare.code, wrong))
  await token(codeGrant(id, code, verifier))
  await token(refreshGrant(id, first.refresh_token))

  const keys = await clientKeyPair()
  const service = await server.addClient({
    client_name: 'Service',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [keys.jwk] },
    scope: 'read',
  })
  const now = Math.floor(server.clock.nowMs() / 1_000)
  const claims = {
    iss: service.id,
    sub: service.id,
    aud: ISSUER,
    jti: 'a-jti',
    iat: now,
    exp: now + 60,
  }
  const assertion = canary.watch('assertion', await keys.sign(claims))
  const signed = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
  await server.token(signed)
  await server.token(signed) // used twice: refused
  const hint = String(first.id_token)
  const asks = await browser.get(`/oauth/logout?${new URLSearchParams({ id_token_hint: hint })}`)
  if (asks.statusCode === 200)
    await browser.submit('/oauth/logout/confirm', hiddenFields(asks.body))
}

/** An authenticator app, recovery codes, a passkey question, half a sign-in. */
async function factors(server: TestServer, canary: Canary, password: string): Promise<void> {
  const browser = new Browser(server)
  await browser.signIn('ada', password)
  const page = (await browser.get('/profile/totp')).body
  const seed = canary.watch('TOTP seed', seedOn(page))
  const done = await browser.submit('/profile/totp', {
    ...formFor(page, '/profile/totp'),
    code: codeOf(server, seed),
  })
  for (const code of codesOn(done.body)) canary.watch('recovery code', code)
  server.clock.advance(60)
  await browser.get('/profile/passkeys')
  const half = await halfSignedIn(server, 'ada', password)
  watchCookies(half.browser, canary)
  await enterCode(half.browser, half.page, canary.mintWord('wrong factor'))
  await enterCode(half.browser, half.page, codesOn(done.body)[0] ?? '')
  watchCookies(half.browser, canary)
  const login = (await half.browser.get('/auth/login')).body
  const credential = JSON.stringify({ id: canary.mintWord('credential'), response: {} })
  if (login.includes('action="/auth/passkey"'))
    await half.browser.submit('/auth/passkey', { ...formFor(login, '/auth/passkey'), credential })
}
