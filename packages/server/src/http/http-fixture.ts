import { connect } from 'node:net'
import type { Client, User } from '@grantd/domain'
import { invalidClient, systemClock } from '@grantd/domain'
import type { Endpoint, Input, LoginPage, Reply, Services, SignedIn } from '@grantd/oauth'
import type { HttpContext } from './context.ts'
import { createHttpServer, type HttpServer } from './server.ts'

export interface LogLine {
  readonly level: string
  readonly fields: Record<string, unknown>
  readonly message: string
}

export interface Fixture extends HttpServer {
  readonly log: LogLine[]
  /** What handlers were called with, in order. */
  readonly inputs: Input[]
  readonly context: HttpContext
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

export const loginPage: LoginPage = {
  page: 'login',
  csrf: 'token',
  returnTo: undefined,
  username: '',
  signedInAs: undefined,
  clientName: undefined,
  notice: undefined,
  retryAfter: undefined,
  isDev: false,
  maySignUp: false,
  mayRecover: false,
  providers: [],
}

/** An endpoint that answers `reply`, or what it computes or throws. */
export function endpoint(
  about: Partial<Endpoint> & Pick<Endpoint, 'path'>,
  reply: Reply | ((input: Input) => Reply | Promise<Reply>) = {
    kind: 'json',
    status: 200,
    body: { fine: true },
  },
): Endpoint {
  return {
    id: about.path,
    method: 'GET',
    spec: 'test',
    summary: 'test',
    caller: 'none',
    body: about.method === 'POST' ? 'form' : 'none',
    handle: (input) => (typeof reply === 'function' ? reply(input) : reply),
    ...about,
  }
}

export const tokenEndpoint: Endpoint = endpoint({
  path: '/oauth/token',
  method: 'POST',
  caller: 'client',
})

/** A server over fakes; `overrides.settings` and the rest replace single parts of the context. */
export function fixture(
  endpoints: readonly Endpoint[],
  overrides: Omit<Partial<HttpContext>, 'settings'> & {
    settings?: Partial<HttpContext['settings']>
  } = {},
): Fixture {
  const log: LogLine[] = []
  const inputs: Input[] = []
  const { settings, ...rest } = overrides
  const write = (level: string) => (fields: object, message: string) => {
    log.push({ level, fields: { ...fields }, message })
  }
  const services = {
    settings: {
      baseUrl: 'https://id.example',
      issuer: 'https://id.example',
      uiLocales: ['en', 'de'],
      uiDefaultLocale: 'en',
    },
    clock: systemClock,
    denylist: { ready: () => undefined, deniesAddress: () => false },
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  } as unknown as Services // only what the HTTP layer itself reads
  const context: HttpContext = {
    services,
    settings: {
      trustedProxies: [],
      allowedOrigins: [],
      enforceHttps: false,
      isSecure: true,
      ...settings,
    },
    drain: { isDraining: false },
    assets: { find: () => undefined },
    pages: new Set(),
    frames: { check_session: '' },
    renderPage: (page) => ({
      html: `<p>${page.page} ${page.page === 'error' ? `${page.errorId} ${page.explanation}` : ''}</p>`,
      csp: { formAction: ["'self'"] },
    }),
    async authenticateClient(params) {
      if (params.get('client_id') !== 'known') throw invalidClient()
      return { id: 'known' } as unknown as Client
    },
    async findSession(cookie) {
      if (cookie !== 'live') return undefined
      return { user: { username: 'ann', claims: {} } as unknown as User } as SignedIn
    },
    ...rest,
  }
  const watched = endpoints.map((each) => ({
    ...each,
    handle(input: Input, given: Services) {
      inputs.push(input)
      return each.handle(input, given)
    },
  }))
  return { ...createHttpServer(context, watched), log, inputs, context }
}

/** Sends bytes to a listening server and resolves with all it says until it hangs up or `ms` pass. */
export function speak(port: number, bytes: string, ms = 4_000): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      heard += text
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(heard)
    })
  })
}
