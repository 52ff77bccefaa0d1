// `node scripts/fill-boards.ts [--url http://127.0.0.1:8080] [--seconds 60]` uses a server of `grantd dev`
// so that every panel of the boards but that of requests to others has something to show. At most some
// twenty requests a second.
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    seconds: { type: 'string', default: '60' },
  },
})
// Forms are taken from the server's own name only.
const { issuer: base } = (await (
  await fetch(new URL('/.well-known/openid-configuration', values.url))
).json()) as { issuer: string }
const ROUND_MS = 1_000

async function call(path: string, fields?: Record<string, string>, cookies?: Jar) {
  const headers: Record<string, string> = { origin: base, ...cookies?.headers() }
  const body = fields === undefined ? undefined : new URLSearchParams(fields)
  const method = body === undefined ? 'GET' : 'POST'
  const init = { method, headers, redirect: 'manual', ...(body && { body }) } as const
  const answer = await fetch(new URL(path, base), init)
  cookies?.keep(answer.headers.getSetCookie())
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    text: await answer.text(),
  }
}

/** The cookies of one browser. */
class Jar {
  readonly #cookies = new Map<string, string>()

  keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.#cookies.set(name, value)
    }
  }

  headers(): Record<string, string> {
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }
}

const hidden = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      (/value="([^"]*)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&'),
    ]),
  )

const REDIRECT = 'http://127.0.0.1:3000/callback'

async function register(metadata: object): Promise<{ client_id: string; client_secret?: string }> {
  const answer = await fetch(new URL('/connect/register', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Boards', redirect_uris: [REDIRECT], ...metadata }),
  })
  if (answer.status !== 201)
    throw new Error(
      `no client could be registered at ${base} (${answer.status}): is it a server of "grantd dev"?`,
    )
  return (await answer.json()) as { client_id: string; client_secret?: string }
}

/** A token of the client, looked at, revoked; a wrong secret, a wrong grant, a path that is not there. */
async function machines({
  client_id,
  client_secret = '',
}: {
  client_id: string
  client_secret?: string
}) {
  const proof = { client_id, client_secret }
  const ask = (extra: object = {}) =>
    call('/oauth/token', { grant_type: 'client_credentials', ...proof, ...extra })
  const { text } = await ask()
  await Promise.all([ask(), ask(), ask()])
  const { access_token: token = '' } = JSON.parse(text)
  await call('/oauth/introspect', { token, ...proof })
  await call('/oauth/revoke', { token, ...proof })
  await ask({ client_secret: 'wrong' })
  await ask({ grant_type: 'urn:example:unknown' })
  await call('/.well-known/jwks.json')
  await call('/nothing-here')
}

/** A person signs in (the demo's), decides, and the app uses its refresh token twice. */
async function person(client_id: string, password: string, decision: 'allow' | 'deny') {
  const cookies = new Jar()
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: REDIRECT,
    scope: 'openid offline_access',
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const login = await call(`/oauth/authorize?${query}`, undefined, cookies)
  const form = await call(login.location ?? '/auth/login', undefined, cookies)
  const signIn = { ...hidden(form.text), username: 'demo', password }
  const { location } = await call('/auth/login', signIn, cookies)
  if (location === null) return
  const page = await call(location, undefined, cookies)
  const answer = await call('/oauth/consent', { ...hidden(page.text), decision }, cookies)
  const code = new URL(answer.location ?? REDIRECT, base).searchParams.get('code')
  if (code === null) return
  const grant = { grant_type: 'authorization_code', client_id, code, redirect_uri: REDIRECT }
  const { text } = await call('/oauth/token', { ...grant, code_verifier: verifier })
  const { refresh_token = '' } = JSON.parse(text)
  const refresh = { grant_type: 'refresh_token', client_id, refresh_token }
  await call('/oauth/token', refresh)
  return refresh
}

const service = await register({ grant_types: ['client_credentials'], scope: 'read' })
const app = await register({
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid offline_access',
  token_endpoint_auth_method: 'none',
})
const password = process.env.GRANTD_DEMO_PASSWORD ?? ''
if (password === '')
  console.error(
    'GRANTD_DEMO_PASSWORD is not set: nobody signs in. It is in the banner of npm start.',
  )
const end = performance.now() + Number(values.seconds) * 1_000
const used: Record<string, string>[] = []
let rounds = 0
while (performance.now() < end) {
  const pause = sleep(ROUND_MS)
  await machines(service)
  if (password !== '' && rounds % 5 === 0) {
    const refresh = await person(app.client_id, password, rounds % 20 === 0 ? 'deny' : 'allow')
    if (refresh !== undefined) used.push(refresh)
  }
  if (password !== '' && rounds % 30 === 29)
    await person(app.client_id, 'not the password', 'allow')
  // After its grace an old refresh token ends its grant: that is a panel too.
  const old = rounds % 30 === 29 ? used.shift() : undefined
  if (old !== undefined) await call('/oauth/token', old)
  rounds++
  await pause
}
console.log(`${rounds} rounds; look at ${base}/metrics`)
