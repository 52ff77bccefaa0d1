import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SignedIn } from '@grantd/oauth'
import type { HttpContext, RateLimits } from '../context.ts'
import { endpoint, fixture, speak } from '../http-fixture.ts'
import type { AccessEntry } from './access-log.ts'
import type { Door } from './admit.ts'

/** One request and the server that it meets; a fault makes one step answer it. */
interface World {
  target: string
  readonly headers: string[]
  readonly settings: {
    -readonly [Key in keyof HttpContext['settings']]?: HttpContext['settings'][Key]
  }
  isDraining: boolean
  isFull: boolean
  isDenied: boolean
  isLimited: boolean
}

interface Step {
  readonly name: string
  /** What makes this step answer. */
  readonly fault: (world: World) => void
  readonly answer: RegExp
}

/**
 * The way of a request (contract §7.1). Each request below has the fault of its step *and of all later
 * ones*: what answers must be the first of them, and nothing after it may have happened.
 */
const WAY: readonly Step[] = [
  {
    name: 'given back to a proxy, while the server stops',
    fault: (world) => {
      world.isDraining = true
      world.headers.push('X-Retry-On: 502')
    },
    answer: /^HTTP\/1\.1 502 /,
  },
  {
    name: 'a target that is no path',
    fault: (world) => {
      world.target = 'http://evil.example/none'
    },
    answer: /^HTTP\/1\.1 421 [\s\S]*must be a path/,
  },
  {
    name: 'too many headers',
    fault: ({ headers }) => {
      for (let n = 0; n < 101; n++) headers.push(`X-${n}: 1`)
    },
    answer: /^HTTP\/1\.1 431 /,
  },
  {
    name: 'a header sent twice',
    fault: ({ headers }) => headers.push('Authorization: Basic a', 'Authorization: Basic b'),
    answer: /^HTTP\/1\.1 400 [\s\S]*more than once/,
  },
  {
    name: 'called by a name that is not ours',
    fault: ({ settings }) => {
      settings.hostNames = new Set(['id.example'])
    },
    answer: /^HTTP\/1\.1 421 [\s\S]*Host header/,
  },
  {
    name: '1. redirect to https',
    fault: ({ settings }) => {
      settings.enforceHttps = true
    },
    answer: /^HTTP\/1\.1 308 /,
  },
  {
    name: '2. back-pressure',
    fault: (world) => {
      world.isFull = true
    },
    answer: /^HTTP\/1\.1 503 /,
  },
  {
    name: '3. an address on the denylist',
    fault: (world) => {
      world.isDenied = true
    },
    answer: /^HTTP\/1\.1 403 /,
  },
  {
    name: '4. rate limit',
    fault: (world) => {
      world.isLimited = true
    },
    answer: /^HTTP\/1\.1 429 [\s\S]*too_many_requests/,
  },
  {
    name: 'no such path',
    fault: (world) => {
      world.target = world.target.replace('/page', '/none')
    },
    answer: /^HTTP\/1\.1 404 /,
  },
  { name: '5. session, 13. handler', fault: () => undefined, answer: /^HTTP\/1\.1 200 / },
]

function limitsThat(refuse: boolean, asked: string[]): RateLimits {
  const verdict = {
    isAllowed: !refuse,
    limit: 1,
    remaining: 0,
    retryAfterMs: 5_000,
    resetMs: 9_000,
  }
  return {
    request: (ip) => {
      asked.push(ip)
      return verdict
    },
    client: () => verdict,
    hasNoFailures: () => true,
    guessing: () => undefined,
    failure: () => verdict,
    refused: () => undefined,
  }
}

const FULL: Door = {
  placeOf: () => ({ expect: () => false, tryEnter: () => false, leave: () => undefined }),
  refusal: () => undefined,
}

async function meet(faults: readonly Step[]) {
  const world: World = {
    target: '/page',
    headers: ['Host: evil.example', 'Cookie: __Host-sid=live'],
    settings: { trustedProxies: ['127.0.0.1'] },
    isDraining: false,
    isFull: false,
    isDenied: false,
    isLimited: false,
  }
  for (const { fault } of faults) fault(world)
  const [sessions, asked, logged]: [string[], string[], AccessEntry[]] = [[], [], []]
  const page = endpoint({ path: '/page', caller: 'session' })
  const server = fixture([page], {
    settings: world.settings,
    rateLimits: limitsThat(world.isLimited, asked),
    ...(world.isFull && { door: FULL }),
    accessLog: { write: (entry) => logged.push(entry), flush: async () => undefined },
    findSession: async (cookie): Promise<SignedIn | undefined> => {
      sessions.push(cookie)
      return undefined
    },
  })
  const { denylist } = server.context.services
  if (world.isDenied) Object.assign(denylist, { deniesAddress: () => true })
  const { port } = await server.listen(0, '127.0.0.1')
  if (world.isDraining) server.startDraining()
  const lines = [`GET ${world.target} HTTP/1.1`, ...world.headers, 'Connection: close', '', '']
  const heard = await speak(port, lines.join('\r\n'))
  await server.close(1_000)
  return { heard, sessions, asked, logged, handled: server.inputs.length }
}

describe('the way of a request', () => {
  for (const [place, { name, answer }] of WAY.entries()) {
    test(`${name}: answers before everything that follows`, async () => {
      const met = await meet(WAY.slice(place))
      assert.match(met.heard, answer)
      const isLast = place === WAY.length - 1
      assert.equal(met.sessions.length, isLast ? 1 : 0, 'sessions looked up')
      assert.equal(met.handled, isLast ? 1 : 0, 'handlers called')
      const limiter = WAY.findIndex((step) => step.name === '4. rate limit')
      assert.equal(met.asked.length, place < limiter ? 0 : 1, 'requests counted')
      // 7. Whatever answered, the request is in the access log, once, as the caller saw it.
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(met.heard)?.[1])
      assert.deepEqual(
        met.logged.map((entry) => entry.status),
        [status],
      )
      // 11. And with our headers.
      assert.match(met.heard, /\r\nX-Content-Type-Options: nosniff\r\n/)
    })
  }
})
