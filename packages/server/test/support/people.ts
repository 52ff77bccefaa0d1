import { Secret, TOTP } from 'otpauth'
import { Browser, hiddenFields, PASSWORD, type TestServer } from './server.ts'

/** The code that Ada's app shows at the server's time. */
export function codeOf(server: TestServer, seed: string, secondsLater = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(seed) })
  return totp.generate({ timestamp: server.clock.nowMs() + secondsLater * 1_000 })
}

/** The seed on a page that offers one. */
export function seedOn(html: string): string {
  return /<code>([A-Z2-7 ]{20,})<\/code>/.exec(html)?.[1]?.replaceAll(' ', '') ?? ''
}

/** The hidden fields of the form that posts to `action`. */
export function formFor(html: string, action: string): Record<string, string> {
  const start = html.indexOf(`action="${action}"`)
  if (start === -1) throw new Error(`there is no form for ${action}`)
  return hiddenFields(html.slice(start, html.indexOf('</form>', start)))
}

export function codesOn(html: string): string[] {
  return [...html.matchAll(/<li><code>([0-9a-z-]+)<\/code>/g)].map((match) => match[1] ?? '')
}

/** Signs Ada in and adds an authenticator app; time has moved past the code that was used. */
export async function withTotp(server: TestServer): Promise<{
  readonly browser: Browser
  readonly seed: string
  readonly codes: readonly string[]
}> {
  const browser = new Browser(server)
  await browser.signIn()
  const page = (await browser.get('/profile/totp')).body
  const seed = seedOn(page)
  const done = await browser.submit('/profile/totp', {
    ...formFor(page, '/profile/totp'),
    code: codeOf(server, seed),
  })
  if (done.statusCode !== 200) throw new Error(`no app was added: ${done.statusCode}`)
  server.clock.advance(60)
  return { browser, seed, codes: codesOn(done.body) }
}

/** A browser whose password was right and whose second factor is still asked for. */
export async function halfSignedIn(server: TestServer, username = 'ada', password = PASSWORD) {
  const browser = new Browser(server)
  const reply = await browser.signIn(username, password)
  const page = await browser.get('/auth/second-factor')
  return { browser, reply, page: page.body }
}

export async function enterCode(browser: Browser, page: string, code: string) {
  return browser.submit('/auth/second-factor', { ...formFor(page, '/auth/second-factor'), code })
}
