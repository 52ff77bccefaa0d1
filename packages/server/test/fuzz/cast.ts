// Owns: who takes part in a fuzzing run: clients, a signed-in browser, live codes and tokens.

import { CHALLENGE, VERIFIER } from '../crash/prepare.ts'
import { basic } from '../support/flow.ts'
import { hiddenFields } from '../support/server.ts'

export interface FuzzRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer
}

export interface FuzzAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  readonly ms: number
}

export type Send = (request: FuzzRequest) => Promise<FuzzAnswer>

/** What has to be on the server before: `redirectUri` belongs to both clients. */
export interface Known {
  readonly origin: string
  readonly publicId: string
  readonly confidential: { readonly id: string; readonly secret: string }
  readonly redirectUri: string
  readonly username: string
  readonly password: string
  /** For posting events. */
  readonly ingestToken: string
}

export interface Cast extends Known {
  /** The `Cookie` header of who is signed in. */
  readonly cookie: string
  readonly csrf: string
  readonly basic: string
  /** Other bearer tokens, by the name of their security scheme. */
  readonly bearers: Readonly<Record<string, string>>
  /** The client of the registration token. */
  readonly managedId: string
  /** Live values, of which one request may spend one. */
  readonly live: readonly string[]
}

const FORM = 'application/x-www-form-urlencoded'

/** Signs in through the pages and obtains codes and tokens. Throws when the server does not let it. */
export async function makeCast(send: Send, known: Known): Promise<Cast> {
  const cookies = new Map<string, string>()
  const visit = async (target: string, fields?: Record<string, string>): Promise<FuzzAnswer> => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const answer = await send({
      method: fields === undefined ? 'GET' : 'POST',
      target,
      headers: [
        ['accept', 'text/html'],
        ...(cookie === '' ? [] : [['cookie', cookie] as const]),
        ...(fields === undefined
          ? []
          : ([
              ['content-type', FORM],
              ['origin', known.origin],
            ] as const)),
      ],
      ...(fields !== undefined && { body: Buffer.from(`${new URLSearchParams(fields)}`) }),
    })
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    return answer
  }
  const { username, password } = known
  const form = hiddenFields((await visit('/auth/login')).body)
  const signedIn = await visit('/auth/login', { ...form, username, password })
  if (signedIn.status !== 303) throw new Error(`no sign-in: ${signedIn.status}`)
  const codeFor = async (clientId: string): Promise<string> => {
    const page = await visit(
      `/oauth/authorize?${new URLSearchParams(authorization(known, clientId))}`,
    )
    const fields = { ...hiddenFields(page.body), decision: 'allow' }
    const answer = page.status === 200 ? await visit('/oauth/consent', fields) : page
    const location = String(answer.headers.location ?? /url=([^"]+)"/.exec(answer.body)?.[1])
    const code = new URL(location.replaceAll('&amp;', '&')).searchParams.get('code')
    if (code === null) throw new Error(`no code: ${answer.status} ${location}`)
    return code
  }
  const tokens = await send({
    method: 'POST',
    target: '/oauth/token',
    headers: [['content-type', FORM]],
    body: Buffer.from(
      `${new URLSearchParams({ grant_type: 'authorization_code', client_id: known.publicId, code: await codeFor(known.publicId), code_verifier: VERIFIER })}`,
    ),
  })
  if (tokens.status !== 200) throw new Error(`no tokens: ${tokens.body}`)
  const { access_token, refresh_token, id_token } = JSON.parse(tokens.body)
  const { csrf = '' } = hiddenFields((await visit('/profile')).body)
  return {
    ...known,
    cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
    csrf,
    ...(await managedClient(send, known)),
    basic: basic(known.confidential.id, known.confidential.secret),
    live: [access_token, refresh_token, id_token, await codeFor(known.publicId), csrf],
  }
}

/** A client that manages itself, and the token of the event intake. */
async function managedClient(
  send: Send,
  known: Known,
): Promise<Pick<Cast, 'bearers' | 'managedId'>> {
  const made = await send({
    method: 'POST',
    target: '/connect/register',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ redirect_uris: [known.redirectUri] })),
  })
  if (made.status !== 201) throw new Error(`no registration: ${made.body}`)
  const { client_id: managedId, registration_access_token: token } = JSON.parse(made.body)
  return { managedId, bearers: { registration_token: token, ingest_token: known.ingestToken } }
}

/** A good authorization request. */
export function authorization(known: Known, clientId: string): Record<string, string> {
  return {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: known.redirectUri,
    scope: 'openid read offline_access',
    state: 'a-state',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  }
}
