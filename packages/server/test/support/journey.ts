import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before } from 'node:test'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { StartedServer, type StartOptions } from './started-server.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const WAIT_MS = 10_000

/** What a journey starts with; all of it ends with the journey. */
export interface Start {
  readonly server: StartedServer
  /** A person with a browser of their own: no cookies, one tab. */
  open(options?: BrowserContextOptions): Promise<Page>
}

/**
 * Call in a `describe`: starts one Chromium for it. What it returns makes tests of journeys; each has
 * a server of its own and fails when any page had a script error, broke its content security policy
 * or wrote a warning.
 */
export function journeys(
  options: StartOptions = {},
): (run: (start: Start) => Promise<void>) => () => Promise<void> {
  let browser: Browser | undefined
  before(async () => {
    browser = await chromium.launch({ executablePath: findChromium(), args: ARGS })
  })
  after(() => browser?.close())
  return (run) => async () => {
    assert.ok(browser !== undefined)
    await using server = await StartedServer.start(options)
    await using people = new People(browser)
    await run({ server, open: (given) => people.open(given) })
    assert.deepEqual(people.problems, [], 'no page had an error or broke its policy')
  }
}

class People {
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []
  readonly problems: string[] = []

  constructor(browser: Browser) {
    this.#browser = browser
  }

  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ locale: 'en-GB', ...options })
    this.#contexts.push(context)
    context.setDefaultTimeout(WAIT_MS)
    context.on('weberror', (error) => this.problems.push(String(error.error())))
    context.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return
      // Chromium reports every page with a 4xx status; whether it should have one is the test's business.
      const { url } = message.location()
      const isStatus = message.text().startsWith('Failed to load resource: the server responded')
      if (isStatus && !url.includes('/static/')) return
      this.problems.push(`${url}: ${message.text()}`)
    })
    return context.newPage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close()
  }
}

function findChromium(): string {
  const found = [process.env.CHROMIUM ?? '', ...PLACES].find((place) => existsSync(place))
  assert.ok(found !== undefined, 'install Chromium, or name it in the variable CHROMIUM')
  return found
}

/** Types into the sign-in form and sends it. */
export async function signIn(
  page: Page,
  user: { readonly username: string; readonly password: string },
): Promise<void> {
  await page.getByLabel('Username').fill(user.username)
  await page.getByLabel('Password', { exact: true }).fill(user.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export function allow(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Allow' }).click()
}

export function deny(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Deny' }).click()
}

/** The heading of the page that is shown, once there is one. */
export async function heading(page: Page): Promise<string> {
  return (await page.getByRole('heading', { level: 1 }).textContent()) ?? ''
}

/** The sentence at the top of the card. */
export async function noticeOf(page: Page): Promise<string> {
  return (await page.locator('#notice').textContent()) ?? ''
}
