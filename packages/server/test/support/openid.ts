import assert from 'node:assert/strict'
import { foldName, type UserClaims } from '@grantd/domain'
import * as jose from 'jose'
import {
  authorizeUrl,
  Browser,
  hiddenFields,
  ISSUER,
  pkce,
  REDIRECT,
  type TestServer,
} from './server.ts'

/** Every standard claim of OIDC Core §5.1, with the types it must have. */
export const ADA: UserClaims = {
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'Countess',
  preferred_username: 'ada.l',
  profile: 'https://ada.example/',
  picture: 'https://ada.example/me.png',
  website: 'https://ada.example/blog',
  gender: 'female',
  birthdate: '1815-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  address: { formatted: '12 St James’s Square, London', country: 'GB' },
  phone_number: '+442071234567',
  phone_number_verified: true,
  email_verified: true,
}

export const OPENID_CLIENT = {
  client_name: 'Relying party',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code', 'code id_token'],
  scope: 'openid profile email address phone offline_access read',
  token_endpoint_auth_method: 'client_secret_post',
}

/** A user `ada` with e-mail address and every claim. */
export async function addAda(server: TestServer, claims: UserClaims = ADA): Promise<string> {
  await server.addUser()
  const { storage } = server.assembly.services
  const user = await storage.users.findByLogin('ada')
  assert.ok(user)
  const email = 'ada@example.test'
  const changed = { ...user, email, emailKey: foldName(email), claims, version: 2 }
  await storage.commit([{ kind: 'user.update', user: changed }])
  return user.id
}

export interface Answer {
  readonly status: number
  /** What the client's redirect URI was given, however it travelled. */
  readonly fields: URLSearchParams
  readonly mode: 'query' | 'fragment' | 'form_post' | 'page'
  readonly body: string
  readonly verifier: string
}

/** Goes through sign-in and consent, as far as they are asked for, to the answer. */
export async function authorize(
  browser: Browser,
  clientId: string,
  extra: Record<string, string> = {},
  user = 'ada',
): Promise<Answer> {
  const { verifier, challenge } = pkce()
  return follow(
    browser,
    authorizeUrl(clientId, challenge, { scope: 'openid', ...extra }),
    verifier,
    user,
  )
}

export async function follow(
  browser: Browser,
  url: string,
  verifier = '',
  user = 'ada',
): Promise<Answer> {
  let reply = await browser.get(url)
  if (String(reply.headers.location).startsWith('/auth/login')) {
    const returnTo = new URL(String(reply.headers.location), ISSUER).searchParams.get('return_to')
    const signedIn = await browser.signIn(user, undefined, returnTo ?? '')
    reply = await browser.get(String(signedIn.headers.location))
  }
  if (reply.statusCode === 200 && reply.body.includes('action="/oauth/consent"')) {
    reply = await browser.submit('/oauth/consent', {
      ...hiddenFields(reply.body),
      decision: 'allow',
    })
  }
  const { statusCode: status, body } = reply
  const location = reply.headers.location
  if (location === undefined) {
    const isForm = body.includes('id="form-post"')
    const fields = new URLSearchParams(isForm ? hiddenFields(body) : {})
    return { status, body, verifier, fields, mode: isForm ? 'form_post' : 'page' }
  }
  const target = new URL(String(location), ISSUER)
  const isFragment = target.hash !== ''
  const fields = new URLSearchParams(isFragment ? target.hash.slice(1) : target.search)
  return { status, body, verifier, fields, mode: isFragment ? 'fragment' : 'query' }
}

/** Redeems the code of an answer with the secret in the body. */
export async function redeem(
  server: TestServer,
  client: { id: string; secret: string },
  answer: Answer,
): Promise<Record<string, string>> {
  const reply = await server.token({
    grant_type: 'authorization_code',
    code: answer.fields.get('code') ?? '',
    redirect_uri: REDIRECT,
    code_verifier: answer.verifier,
    client_id: client.id,
    client_secret: client.secret,
  })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json()
}

/** The claims of an ID token after the checks of OIDC Core §3.1.3.7. */
export async function verified(
  server: TestServer,
  idToken: string,
  audience: string,
): Promise<jose.JWTPayload> {
  const keys = (await server.inject({ url: '/.well-known/jwks.json' })).json()
  const { payload } = await jose.jwtVerify(idToken, jose.createLocalJWKSet(keys), {
    issuer: ISSUER,
    audience,
    typ: 'JWT',
    currentDate: new Date(server.clock.nowMs()),
  })
  return payload
}

export function newBrowser(server: TestServer): Browser {
  return new Browser(server)
}
