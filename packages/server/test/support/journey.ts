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
import { App, type Attempt, Callback, type CallbackOptions } from './app.ts'
import { StartedServer, type StartOptions } from './started-server.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const ARGS = [
  // Chromium refuses to run its sandbox as root, which containers like to be.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const WAIT_MS = 20_000

/** What a journey starts with. */
export interface Start {
  readonly server: StartedServer
  /** A person with a browser of their own: no cookies, one tab. */
  open(options?: BrowserContextOptions): Promise<Page>
  /** The same, whom an app that registered itself has just sent here: the page is the sign-in page. */
  sentByApp(options?: SentOptions): Promise<SentByApp>
}

interface SentOptions {
  readonly browser?: BrowserContextOptions
  readonly callback?: CallbackOptions
  /** Of the client that the app registers. */
  readonly metadata?: object
  /** Where the app wants its answer; the callback's address, unless it has a scheme of its own. */
  readonly redirectUri?: string
  /** Parameters of the authorization request beyond the usual ones. */
  readonly request?: Readonly<Record<string, string>>
}

interface SentByApp {
  readonly app: App
  readonly attempt: Attempt
  /** Listens until the journey is over. */
  readonly callback: Callback
  readonly page: Page
}

type Journey = (start: Start) => Promise<void>

interface Journeys {
  (run: Journey): () => Promise<void>
  /** On a server of its own: for what changes the server for everyone, such as a restart. */
  alone(run: Journey): () => Promise<void>
}

/**
 * Call in a `describe`: starts one Chromium and one server for it. What it returns makes tests of
 * journeys; each fails when any page had a script error, broke its content security policy or wrote a
 * warning.
 */
export function journeys(options: StartOptions = {}): Journeys {
  let browser: Browser | undefined
  let shared: StartedServer | undefined
  before(async () => {
    browser = await chromium.launch({ executablePath: findChromium(), args: ARGS })
    shared = await StartedServer.start(options)
  })
  after(async () => {
    await browser?.close()
    await shared?.[Symbol.asyncDispose]()
  })
  async function walk(run: Journey, server: StartedServer | undefined): Promise<void> {
    assert.ok(browser !== undefined && server !== undefined)
    await using callbacks = new AsyncDisposableStack()
    await using people = new People(browser)
    const open = (given?: BrowserContextOptions) => people.open(given)
    const sentByApp = async (options: SentOptions = {}): Promise<SentByApp> => {
      const callback = callbacks.use(await Callback.listen(options.callback))
      const app = await App.register(server, callback, options.metadata, options.redirectUri)
      const page = await open(options.browser)
      const attempt = await app.begin(options.request)
      await page.goto(attempt.url)
      return { app, attempt, callback, page }
    }
    await run({ server, open, sentByApp })
    assert.deepEqual(people.problems, [], 'no page had an error or broke its policy')
  }
  const journey = (run: Journey) => () => walk(run, shared)
  const alone = (run: Journey) => async () => {
    await using server = await StartedServer.start(options)
    await walk(run, server)
  }
  return Object.assign(journey, { alone })
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
      // A test stopped the server while the icon was still to come.
      if (message.text().endsWith('net::ERR_CONNECTION_REFUSED')) return
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

/** Guesses until the sign-in page says to wait. */
export async function guessUntilThrottled(page: Page, username: string): Promise<void> {
  for (let guess = 0; guess < 20; guess++) {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.waitForEvent('load'),
      signIn(page, { username, password: `guess ${guess}` }),
    ])
    if (answer.status() === 429) return
  }
  assert.fail('20 guesses in a row were all judged')
}

export function allow(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Allow' }).click()
}

export function deny(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Deny' }).click()
}

/** Waits for the page with this heading. */
export function sees(page: Page, name: string): Promise<void> {
  return page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Waits for the sentence at the top of the card that says this. */
export function isTold(page: Page, hasText: string | RegExp): Promise<void> {
  return page.locator('#notice').filter({ hasText }).waitFor()
}

/** The address with a scheme of its own that the browser hands to an app from now on. */
export async function launchedApp(page: Page): Promise<string> {
  const request = await page.waitForEvent('requestfailed', (given) => !/^http/.test(given.url()))
  // No app is installed where tests run; a policy that stood in the way would be another error.
  assert.equal(request.failure()?.errorText, 'net::ERR_ABORTED')
  return request.url()
}
