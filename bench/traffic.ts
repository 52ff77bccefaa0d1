// Owns: what is asked of a contender in each scenario.
import type { Contender, Spendable } from './contenders.ts'
import { CREDENTIALS, PERSON, REDIRECT, RESOURCE, VERIFIER } from './credentials.ts'

/** A sample of grantd's answer, for contenders that answer as much. */
export interface Answered {
  readonly bytes: number
}

export interface Requests {
  readonly path: string
  readonly bodies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Gives the requests for one slice; `wanted` is how many it may need where each works only once. */
export type Traffic = (
  contender: Contender,
  need: { readonly wanted: number; readonly sample: Answered },
) => Promise<Requests>

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

export const get =
  (path: string): Traffic =>
  async () => ({ path })

export const post =
  (path: string, form: string): Traffic =>
  async () => ({ path, bodies: [form] })

/** The same form to the yardstick, which answers as many bytes as grantd. */
export const echo =
  (form: string): Traffic =>
  async (_contender, { sample }) => ({ path: `/${sample.bytes}`, bodies: [form] })

/** A document of the size that grantd answers. */
export const sized: Traffic = async (_contender, { sample }) => ({ path: `/${sample.bytes}` })

export const CLIENT_CREDENTIALS = `grant_type=client_credentials&scope=read%20write&${CREDENTIALS}`
export const WITH_RESOURCE = `${CLIENT_CREDENTIALS}&resource=${encodeURIComponent(RESOURCE)}`

/** Introspection of one token that the contender has issued. */
export function introspect(tokenPath: string, path: string): Traffic {
  return async (contender) => {
    const answer = await ask(contender, tokenPath, CLIENT_CREDENTIALS)
    const { access_token } = (await answer.json()) as { access_token: string }
    return { path, bodies: [`token=${access_token}&${CREDENTIALS}`] }
  }
}

const SPENDING: Readonly<Record<Spendable, (value: string) => string>> = {
  codes: (code) =>
    `grant_type=authorization_code&code=${code}&code_verifier=${VERIFIER}` +
    `&redirect_uri=${encodeURIComponent(REDIRECT)}&${CREDENTIALS}`,
  refresh: (token) => `grant_type=refresh_token&refresh_token=${token}&${CREDENTIALS}`,
}

/** Codes or refresh tokens, each spent once. */
export function spend(path: string, kind: Spendable): Traffic {
  return async (contender, { wanted }) => {
    const values = await contender.make(kind, wanted)
    return { path, bodies: values.map((value) => SPENDING[kind](value)) }
  }
}

/** Userinfo with one access token of a person, in the body as both contenders take it. */
export function userinfo(tokenPath: string, path: string): Traffic {
  return async (contender) => {
    const [code = ''] = await contender.make('codes', 1)
    const answer = await ask(contender, tokenPath, SPENDING.codes(code))
    const { access_token } = (await answer.json()) as { access_token: string }
    return { path, bodies: [`access_token=${access_token}`] }
  }
}

/** The sign-in form with the right password, as the browser that was given the form sends it. */
export function signIn(): Traffic {
  return async (contender) => {
    const origin = `http://127.0.0.1:${contender.servers[0]?.port}`
    const page = await fetch(`${origin}/auth/login`)
    const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
    const cookie = page.headers.getSetCookie().map((line) => line.split(';', 1)[0])
    const body = new URLSearchParams({ csrf, ...PERSON }).toString()
    return { path: '/auth/login', bodies: [body], headers: { origin, cookie: cookie.join('; ') } }
  }
}

/** Sends one request as the load would and measures the answer; throws when it is no success. */
export async function answerOf(contender: Contender, traffic: Traffic): Promise<Answered> {
  const { path, bodies, headers } = await traffic(contender, { wanted: 2, sample: { bytes: 0 } })
  const answer = await ask(contender, path, bodies?.[0], headers)
  return { bytes: (await answer.arrayBuffer()).byteLength }
}

async function ask(
  contender: Contender,
  path: string,
  form?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const port = contender.servers[0]?.port
  const answer = await fetch(
    `http://127.0.0.1:${port}${path}`,
    form === undefined ? {} : { method: 'POST', headers: { ...FORM, ...headers }, body: form },
  )
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return answer
}
