import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { Mailer, MailMessage } from '@grantd/domain'
import { createClient, type Log, readClientMetadata, userWithPassword } from '@grantd/oauth'
import { FixedClock } from '@grantd/testkit'
import { type Assembly, assemble } from '../../src/assemble.ts'
import { loadSettings } from '../../src/config/load.ts'
import type { Settings } from '../../src/config/settings.ts'
import { documentOf } from '../../src/openapi/document-of-settings.ts'
import { testDatabase } from './database.ts'
import { Documented, type OpenApi } from './documented.ts'
import { WIDE_LIMITS } from './wide-limits.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

export const REDIRECT = 'http://localhost:3000/callback'
export const ISSUER = 'http://localhost:8080'
export const PASSWORD = 'correct horse battery'

/** Headers that count requests and time, whoever is asked about. */
export const COUNTS = { date: '', 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '' }

type InjectOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'OPTIONS'
  url: string
  headers?: Record<string, string>
  payload?: string | Buffer
  remoteAddress?: string
}

/** Where the server's mail goes; nothing is sent. */
export class Mailbox implements Mailer {
  readonly mails: MailMessage[] = []
  readonly #arrived = new EventEmitter()
  /** Throws instead of taking a message, when set. */
  refusal: Error | undefined

  async send(message: MailMessage): Promise<void> {
    if (this.refusal !== undefined) throw this.refusal
    this.mails.push(message)
    this.#arrived.emit('mail', message)
  }

  /** The first message to `to` about `subject`, now or when it comes. */
  async find(to: string, subject: RegExp): Promise<MailMessage> {
    for (;;) {
      const found = this.mails.find((mail) => mail.to === to && subject.test(mail.subject))
      if (found !== undefined) return found
      await once(this.#arrived, 'mail', { signal: AbortSignal.timeout(10_000) })
    }
  }
}

/** The link in a message, as a path of the server. */
export function linkIn(mail: MailMessage): string {
  const link = /^https?:\S+$/m.exec(mail.text)?.[0] ?? ''
  return link.slice(ISSUER.length)
}

/** The whole server on a `testDatabase` with a clock that stands still; requests are injected. */
export class TestServer {
  readonly assembly: Assembly
  readonly clock: FixedClock
  readonly mailbox: Mailbox
  readonly #database: AsyncDisposable | undefined
  readonly #documented: Documented | undefined

  constructor(
    assembly: Assembly,
    clock: FixedClock,
    mailbox: Mailbox,
    database?: AsyncDisposable,
    documented?: Documented,
  ) {
    this.assembly = assembly
    this.clock = clock
    this.mailbox = mailbox
    this.#database = database
    this.#documented = documented
  }

  static settings(env: Record<string, string> = {}): Settings {
    return loadSettings({
      mode: 'serve',
      env: {
        OAUTH2_DATABASE_URL: 'memory:',
        OAUTH2_PUBLIC_URL: ISSUER,
        OAUTH2_ENCRYPTION_KEY: '1b'.repeat(32),
        OAUTH2_LOG_ACCESS: 'false',
        OAUTH2_JANITOR_INTERVAL_SECS: '0',
        OAUTH2_ID_TOKEN_ALG: 'ES256',
        OAUTH2_ADMIN_REQUIRE_SECOND_FACTOR: 'false',
        OAUTH2_REGISTRATION_HOURLY_PER_NETWORK: '0',
        OAUTH2_REGISTRATION_HOURLY_TOTAL: '0',
        ...WIDE_LIMITS,
        ...env,
      },
      cwd: import.meta.dirname,
    }).settings
  }

  static async start(env: Record<string, string> = {}, log: Log = silent): Promise<TestServer> {
    const clock = new FixedClock()
    const database = await testDatabase()
    const settings = TestServer.settings({ OAUTH2_DATABASE_URL: database.url, ...env })
    const mailbox = new Mailbox()
    const assembly = await assemble({
      settings,
      mode: 'serve',
      log,
      clock,
      mailer: mailbox,
      onFatal: (error) => {
        throw error
      },
    })
    const documented = new Documented(documentOf(settings, 'serve') as unknown as OpenApi) // plain JSON
    return new TestServer(assembly, clock, mailbox, database, documented)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.assembly.stop(1_000)
    await this.#database?.[Symbol.asyncDispose]()
  }

  /** Throws AssertionError for an answer of which the OpenAPI document knows nothing. */
  async inject(options: InjectOptions) {
    const reply = await this.assembly.http.app.inject(options)
    const { statusCode: status, headers, body } = reply
    const { method = 'GET', url } = options
    // A fault that a test brings about is no answer of an endpoint.
    const problem =
      status === 500
        ? undefined
        : this.#documented?.problemOf(method, injectedTarget(url), { status, headers, body })
    assert.equal(problem, undefined, `${method} ${url} ${status} ${body.slice(0, 500)}`)
    return reply
  }

  async addUser(username = 'ada', password = PASSWORD, email?: string): Promise<void> {
    const { services } = this.assembly
    const { changes } = await userWithPassword(
      { existing: undefined, username, email, role: 'user', password },
      services,
    )
    await services.storage.commit(changes)
  }

  async addClient(metadata: object, id?: string): Promise<{ id: string; secret: string }> {
    const { services } = this.assembly
    const made = createClient(
      readClientMetadata(metadata, { mayBePrivileged: true }),
      { registeredBy: 'operator', ...(id !== undefined && { id }) },
      services,
    )
    await services.clients.for(made.client.id).create({ client: made.client, actor: 'test' })
    return { id: made.client.id, secret: made.secret?.reveal() ?? '' }
  }

  form(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return this.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(fields).toString(),
    })
  }

  token(fields: Record<string, string>) {
    return this.form('/oauth/token', fields)
  }
}

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** The target that arrives when one is injected: its dots are resolved, as they are by no wire. */
export function injectedTarget(url: string): string {
  const { pathname, search } = new URL(url.startsWith('//') ? ISSUER + url : url, ISSUER)
  return pathname + search
}

/** A browser's part: keeps cookies, reads hidden fields, follows nothing by itself. */
export class Browser {
  readonly #server: TestServer
  readonly cookies = new Map<string, string>()

  constructor(server: TestServer) {
    this.#server = server
  }

  async get(url: string) {
    return this.#keep(await this.#server.inject({ url, headers: this.#headers() }))
  }

  async submit(url: string, fields: Record<string, string>) {
    return this.#keep(
      await this.#server.form(url, fields, {
        ...this.#headers(),
        origin: new URL(this.#server.assembly.issuer).origin,
        'sec-fetch-site': 'same-origin',
      }),
    )
  }

  /** Signs in through the real form. */
  async signIn(username = 'ada', password = PASSWORD, returnTo?: string) {
    const query = returnTo === undefined ? '' : `?${new URLSearchParams({ return_to: returnTo })}`
    const page = await this.get(`/auth/login${query}`)
    return this.submit('/auth/login', { ...hiddenFields(page.body), username, password })
  }

  #headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return { accept: 'text/html', ...(cookie !== '' && { cookie }) }
  }

  #keep<Reply extends { headers: Record<string, unknown> }>(reply: Reply): Reply {
    const set = reply.headers['set-cookie']
    for (const line of Array.isArray(set) ? set : set === undefined ? [] : [String(set)]) {
      const [pair = ''] = String(line).split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return reply
  }
}

export function hiddenFields(html: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1]
    const value = /value="([^"]*)"/.exec(input)?.[1] ?? ''
    if (name !== undefined) fields[name] = unescapeHtml(value)
  }
  return fields
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

export function authorizeUrl(
  clientId: string,
  challenge: string,
  extra: Record<string, string> = {},
): string {
  return `/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT,
    scope: 'read write',
    state: 'xyz123',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra,
  })}`
}

/** Signs in, consents, and gives the code with its verifier. */
export async function obtainCode(
  server: TestServer,
  clientId: string,
  extra: Record<string, string> = {},
  password = PASSWORD,
): Promise<{ code: string; verifier: string; browser: Browser; location: URL }> {
  const { verifier, challenge } = pkce()
  const browser = new Browser(server)
  const url = authorizeUrl(clientId, challenge, extra)
  await browser.signIn('ada', password, url)
  const page = await browser.get(url)
  const answer = await browser.submit('/oauth/consent', {
    ...hiddenFields(page.body),
    decision: 'allow',
  })
  const location = new URL(String(answer.headers.location))
  return { code: location.searchParams.get('code') ?? '', verifier, browser, location }
}
