// Owns: what everybody asks of a server on an ordinary day, mixed, right and wrong, and what has to be
// answered. Does not own: how the server fares (checks/soak.ts).
import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, Wire } from '../packages/server/test/crash/wire.ts'
import { CLIENT, PERSON, REDIRECT, VERIFIER } from './credentials.ts'
import { CHALLENGE } from './seed.ts'

const CONNECTIONS = 20
const STEP_MS = 20
/** Requests are not begun while so many have no answer yet. */
const MOST_OPEN = 200
/** So many grants are kept alive by refreshing them. */
const GRANTS = 40
const SCOPE = 'openid read offline_access'
const KEYS = { client_id: CLIENT.id, client_secret: CLIENT.secret }

interface Act {
  readonly perSecond: number
  run(): Promise<void>
}

interface Browser {
  readonly session: string
  readonly browser: string
}

/** Mixed traffic at a fixed rate. What was answered otherwise than it should is kept in `unexpected`. */
export class SoakTraffic {
  answers = 0
  readonly unexpected = new Map<string, number>()
  readonly #wire: Wire
  readonly #tokens: string[] = []
  readonly #grants: string[] = []
  #person: Browser | undefined
  #open = 0
  #guesses = 0

  constructor(port: number) {
    this.#wire = new Wire(port, CONNECTIONS)
  }

  /** Goes on until `signal`; resolves when the last answer is there. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#signIn()
    const acts = this.#acts()
    const startedAt = performance.now()
    const done = acts.map(() => 0)
    while (!signal.aborted) {
      const seconds = (performance.now() - startedAt) / 1_000
      acts.forEach((act, at) => {
        const due = Math.floor(seconds * act.perSecond)
        for (; (done[at] ?? 0) < due; done[at] = (done[at] ?? 0) + 1) this.#begin(act)
      })
      await pause(STEP_MS)
    }
    while (this.#open > 0) await pause(STEP_MS)
    this.#wire.close()
  }

  #begin(act: Act): void {
    if (this.#open >= MOST_OPEN) return
    this.#open++
    act.run().then(
      () => this.#open--,
      (error: unknown) => {
        this.#open--
        this.#note(error instanceof Error ? error.message : String(error))
      },
    )
  }

  #acts(): readonly Act[] {
    return [
      { perSecond: 120, run: () => this.#token() },
      { perSecond: 60, run: () => this.#introspect() },
      { perSecond: 20, run: () => this.#revoke() },
      { perSecond: 30, run: () => this.#refresh() },
      { perSecond: 4, run: () => this.#codeFlow() },
      { perSecond: 0.2, run: () => this.#signIn() },
      { perSecond: 1, run: () => this.#guess() },
      { perSecond: 10, run: () => this.#wrongSecret() },
      { perSecond: 10, run: () => this.#nonsense() },
      { perSecond: 10, run: () => this.#nowhere() },
      { perSecond: 20, run: () => this.#document('/.well-known/openid-configuration') },
      { perSecond: 20, run: () => this.#document('/.well-known/jwks.json') },
      { perSecond: 1, run: () => this.#document('/ready') },
    ]
  }

  async #token(): Promise<void> {
    const fields = { grant_type: 'client_credentials', scope: 'read', ...KEYS }
    const answer = await this.#form('token', '/oauth/token', fields, [200])
    if (this.#tokens.length < 1_000) this.#tokens.push(member(answer, 'access_token'))
  }

  async #introspect(): Promise<void> {
    const token = this.#tokens.at(-1)
    if (token === undefined) return
    const answer = await this.#form('introspect', '/oauth/introspect', { token, ...KEYS }, [200])
    if (!('active' in JSON.parse(answer.text))) throw new Error('introspect: says nothing')
  }

  async #revoke(): Promise<void> {
    const token = this.#tokens.shift()
    if (token === undefined) return
    const fields = { token, ...KEYS }
    await this.#form('revoke', '/oauth/revoke', fields, [200])
    const answer = await this.#form('introspect', '/oauth/introspect', fields, [200])
    if (JSON.parse(answer.text).active !== false) throw new Error('a revoked token is active')
  }

  async #refresh(): Promise<void> {
    const refresh_token = this.#grants.shift()
    if (refresh_token === undefined) return
    const fields = { grant_type: 'refresh_token', refresh_token, ...KEYS }
    const answer = await this.#form('refresh', '/oauth/token', fields, [200])
    this.#grants.push(member(answer, 'refresh_token'))
  }

  /** The app asks, the person is signed in and has agreed before, and the app gets its tokens. */
  async #codeFlow(): Promise<void> {
    const person = this.#person
    if (person === undefined) return
    const code = await this.#authorize(person)
    if (code === undefined) return
    const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...KEYS }
    const fields = { ...grant, code_verifier: VERIFIER }
    const answer = await this.#form('code', '/oauth/token', fields, [200])
    const authorization = `Bearer ${member(answer, 'access_token')}`
    this.#expect('userinfo', await this.#get('/oauth/userinfo', { authorization }), [200])
    if (this.#grants.length < GRANTS) this.#grants.push(member(answer, 'refresh_token'))
  }

  async #authorize({ session, browser }: Browser): Promise<string | undefined> {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: REDIRECT,
      scope: SCOPE,
      state: 'soak',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    })
    const headers = { accept: 'text/html', cookie: `sid=${session}; browser=${browser}` }
    let answer = await this.#get(`/oauth/authorize?${query}`, headers)
    const form = hidden(answer.text)
    if (answer.status === 200 && Object.keys(form).length > 0) {
      const decision = { ...form, decision: 'allow', remember: 'on' }
      answer = await this.#wire.form('/oauth/consent', decision, headers)
    }
    this.#expect('authorize', answer, [303])
    return new URL(answer.headers.location ?? REDIRECT).searchParams.get('code') ?? undefined
  }

  async #signIn(): Promise<void> {
    const before = this.#person
    const { cookie, fields } = await this.#loginForm()
    const answer = await this.#wire.form('/auth/login', { ...fields, ...PERSON }, { cookie })
    this.#expect('sign-in', answer, [303])
    const person = { session: cookieOf(answer, 'sid'), browser: cookie.replace('browser=', '') }
    // The first time asks for consent; several at once would all ask.
    if (before === undefined) await this.#authorize(person)
    this.#person = person
  }

  /** Somebody tries a password, each time from somewhere else. */
  async #guess(): Promise<void> {
    const { cookie, fields } = await this.#loginForm()
    const wrong = { ...fields, username: `nobody${this.#guesses++ % 500}`, password: 'a guess' }
    const headers = { cookie, 'x-forwarded-for': anyAddress() }
    const answer = await this.#wire.form('/auth/login', wrong, headers)
    this.#expect('guess', answer, [303, 429])
    if (cookieOf(answer, 'sid') !== '') throw new Error('a guess signed somebody in')
  }

  async #loginForm() {
    const page = await this.#get('/auth/login', { accept: 'text/html' })
    this.#expect('login page', page, [200])
    return { cookie: `browser=${cookieOf(page, 'browser')}`, fields: hidden(page.text) }
  }

  async #wrongSecret(): Promise<void> {
    const fields = { grant_type: 'client_credentials', ...KEYS, client_secret: 'wrong' }
    const headers = { 'x-forwarded-for': anyAddress() }
    await this.#form('wrong secret', '/oauth/token', fields, [401, 429], headers)
  }

  async #nonsense(): Promise<void> {
    const fields = { grant_type: randomBytes(9).toString('base64url'), ...KEYS }
    await this.#form('nonsense', '/oauth/token', fields, [400])
  }

  async #nowhere(): Promise<void> {
    const path = `/${randomBytes(randomInt(1, 60)).toString('base64url')}`
    this.#expect('nowhere', await this.#get(path), [404])
  }

  async #document(path: string): Promise<void> {
    this.#expect(path, await this.#get(path), [200])
  }

  #get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#wire.send('GET', path, headers)
  }

  async #form(
    name: string,
    path: string,
    fields: Readonly<Record<string, string>>,
    statuses: readonly number[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await this.#wire.form(path, fields, headers)
    this.#expect(name, answer, statuses)
    return answer
  }

  /** Throws what is to be noted: what would have followed has nothing to go on with. */
  #expect(name: string, { status, text }: Answer, statuses: readonly number[]): void {
    this.answers++
    if (statuses.includes(status)) return
    throw new Error(`${name}: ${status} ${/"error_description":"([^"]*)"/.exec(text)?.[1] ?? ''}`)
  }

  #note(text: string): void {
    this.unexpected.set(text, (this.unexpected.get(text) ?? 0) + 1)
  }
}

function member(answer: Answer, name: string): string {
  const value: unknown = JSON.parse(answer.text)[name]
  if (typeof value !== 'string') throw new Error(`an answer has no ${name}`)
  return value
}

function hidden(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)]
  return Object.fromEntries(
    inputs.map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      (/value="([^"]*)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&'),
    ]),
  )
}

function cookieOf(answer: Answer, name: string): string {
  const line = answer.headers['set-cookie']?.find((text) => text.startsWith(`${name}=`))
  return line?.slice(name.length + 1).split(';', 1)[0] ?? ''
}

/** Of 4 096 networks. */
function anyAddress(): string {
  return `198.18.${randomInt(16)}.${randomInt(256)}`
}
