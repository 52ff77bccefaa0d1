// Whether the time of an answer tells who is known here (T39, T152). Two kinds of requests take turns,
// so that a busy machine slows both alike, and what is compared is their order, not their length: how
// often one of the first kind took longer than one of the second. 0.5 tells nothing, 1 tells all.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { basic, withApp } from '../support/flow.ts'
import { Browser, hiddenFields, type TestServer } from '../support/server.ts'

let server: TestServer
let id: string
before(async () => {
  const app = await withApp(
    {
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      scope: 'read',
    },
    {
      OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS: '1000',
      OAUTH2_LOGIN_RATE_LIMIT_WINDOW_SECS: '60',
      OAUTH2_SIGNUP_ENABLED: 'true',
      OAUTH2_SMTP_URL: 'smtp://127.0.0.1:1',
      OAUTH2_MAIL_FROM: 'no-reply@id.example',
    },
  )
  server = app.server
  await server.addUser('grace', undefined, 'grace@mail.example')
  id = app.id
})
after(() => server[Symbol.asyncDispose]())

type Ask = (n: number) => Promise<unknown>

/** The probability that one of `a` took longer than one of `b`, ties counted half (AUC). */
function auc(a: readonly number[], b: readonly number[]): number {
  const sorted = b.toSorted((x, y) => x - y)
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const at = sorted[middle] ?? 0
      if (at < value || (orEqual && at === value)) low = middle + 1
      else high = middle
    }
    return low
  }
  const wins = a.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0)
  return wins / (a.length * b.length)
}

/** Asks both in turn, the one first that was second before, and compares what they took. */
async function compare(first: Ask, second: Ask, rounds: number): Promise<number> {
  const times: [number[], number[]] = [[], []]
  const asks = [first, second] as const
  for (let round = -4; round < rounds; round++) {
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const startedAt = performance.now()
      await asks[which](round)
      if (round >= 0) times[which].push(performance.now() - startedAt) // the first ones warm up
    }
  }
  return auc(...times)
}

/** Five standard deviations of the figure when both kinds are the same, and never less than 0.1. */
function assertAlike(figure: number, rounds: number): void {
  const deviation = Math.sqrt((2 * rounds + 1) / (12 * rounds * rounds))
  const slack = Math.max(0.1, 5 * deviation)
  assert.ok(Math.abs(figure - 0.5) <= slack, `AUC ${figure.toFixed(3)}, slack ${slack.toFixed(3)}`)
}

describe('time does not tell', () => {
  test('the comparison itself: sees a difference that is there, and none that is not', () => {
    const even = Array.from({ length: 200 }, (_, n) => (n * 37) % 100)
    assertAlike(auc(even, even.toReversed()), 200)
    const later = even.map((value) => value + 30)
    assert.throws(() => assertAlike(auc(later, even), 200), /AUC/)
  })

  test('T39 an unknown client from a wrong secret', async () => {
    const token = (clientId: string) =>
      server.form(
        '/oauth/token',
        { grant_type: 'client_credentials' },
        { authorization: basic(clientId, 'gcs_wrong') },
      )
    const rounds = 600
    const figure = await compare(
      () => token(id),
      (n) => token(`client_unknown_${n}`),
      rounds,
    )
    assertAlike(figure, rounds)
  })

  test('T152 a name that nobody has from a wrong password', async () => {
    const browser = new Browser(server)
    const fields = hiddenFields((await browser.get('/auth/login')).body)
    const attempt = async (username: string) => {
      server.clock.advance(61) // another window: no back-off
      return browser.submit('/auth/login', { ...fields, username, password: 'not the password' })
    }
    const rounds = 40
    const figure = await compare(
      () => attempt('ada'),
      (n) => attempt(`nobody${n}`),
      rounds,
    )
    assertAlike(figure, rounds)
  })

  for (const [what, path, field] of [
    ['a forgotten password', '/auth/forgot', 'username'],
    ['signing up', '/auth/sign-up', 'email'],
  ] as const) {
    test(`T152 ${what}: an address that nobody has from one with an account`, async () => {
      const browser = new Browser(server)
      const attempt = async (address: string) => {
        server.clock.advance(61) // another window: no letter is held back
        const fields = hiddenFields((await browser.get(path)).body)
        const reply = await browser.submit(path, { ...fields, [field]: address })
        assert.equal(reply.statusCode, 200)
      }
      const rounds = 200
      const figure = await compare(
        () => attempt('grace@mail.example'),
        (n) => attempt(`nobody${n + 4}@mail.example`),
        rounds,
      )
      assertAlike(figure, rounds)
    })
  }
})
