import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createScrub } from './scrub.ts'
import { createShow, type ShownError, UNLISTED } from './shown-fields.ts'

const scrub = createScrub(['grt_', 'gac_'])
const show = createShow(new Set(['reason', 'event', 'types']), scrub)

describe('T225 scrubbed text', () => {
  for (const text of [
    'Authorization: Bearer canary-canary.canary',
    'got Basic Y2FuYXJ5OmNhbmFyeQ==',
    'token eyJhbGciOiJub25lIn0.canary.canary was refused',
    'redis://:canary@cache:6379 and smtp://ada:canary@mail.example.com',
    'body was grant_type=password&password=canary&client_secret=canary',
    '{"refresh_token":"canary","password": "canary"}',
    'https://app.example/callback?code=canary-canary-canary&state=canary-canary-canary',
    'of grt_canary.canary-canary and gac_canary.canary',
    '-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\ncanary without an end',
  ]) {
    test(`${text.slice(0, 24).replaceAll('\n', ' ')}… loses its secret`, () => {
      assert.doesNotMatch(scrub(text), /canary/)
      assert.match(scrub(text), /\[redacted\]/)
    })
  }

  for (const text of [
    'connect ECONNREFUSED 127.0.0.1:5432',
    'exit code=1 in state=idle',
    'at file:///srv/grantd/packages/server/src/main.ts:4:9',
    'the token endpoint: request refused',
    'client client_TPX212pUoaiaSeEG5Kq3IQ, family Zz-9_x',
  ]) {
    test(`${text} stays`, () => {
      assert.equal(scrub(text), text)
    })
  }

  test('long and nasty text takes no time worth mentioning', () => {
    for (const piece of [
      '-eyJ',
      'eyJaaaaaaaaa.',
      '//a:',
      'secret=',
      '-----BEGIN PRIVATE KEY-----',
    ]) {
      const startedAt = performance.now()
      const cleaned = scrub(piece.repeat(200_000))
      assert.ok(performance.now() - startedAt < 1_000)
      assert.ok(cleaned.length < 20_000)
    }
  })
})

describe('T225 shown fields', () => {
  test('a text is shown under a listed name only; numbers say nothing secret', () => {
    assert.deepEqual(
      show({ reason: 'why', secret: 'canary', count: 3, gone: undefined, ok: true }),
      {
        reason: 'why',
        secret: UNLISTED,
        count: 3,
        ok: true,
      },
    )
    assert.deepEqual(show({ headers: { cookie: 'canary' }, body: ['canary'] }), {
      headers: UNLISTED,
      body: UNLISTED,
    })
  })

  test('what is listed is scrubbed all the way down', () => {
    const event = {
      id: 'x',
      metadata: { note: 'grt_canary.canary' },
      of: [{ a: 'Bearer canarycanary' }],
    }
    assert.doesNotMatch(JSON.stringify(show({ event })), /canary/)
    assert.equal((show({ event }).event as typeof event).id, 'x')
  })

  test('an error comes with its causes and without what drivers hang on it', () => {
    const deepest = Object.assign(new Error('connect to redis://:canary@cache failed'), {
      code: 'ECONNREFUSED',
      request: { headers: { authorization: 'canary' } },
    })
    const middle = Object.assign(new TypeError('no answer', { cause: deepest }), {
      detail: 'Key (email)=(canary) already exists.',
      parameters: ['canary'],
    })
    const err = new AggregateError([deepest], 'all failed', { cause: middle })
    const shown = show({ err })
    assert.doesNotMatch(JSON.stringify(shown), /canary/)
    const { type, cause, errors } = shown.err as ShownError
    assert.deepEqual(
      [type, cause?.type, cause?.cause?.code, errors?.[0]?.code],
      ['AggregateError', 'TypeError', 'ECONNREFUSED', 'ECONNREFUSED'],
    )
    assert.match(cause?.stack ?? '', /redaction\.test/)
  })

  test('what is thrown and no error, and what points at itself, do no harm', () => {
    assert.deepEqual(show({ err: 'password=canary' }), { err: 'password=[redacted]' })
    const loop: { event?: unknown } = {}
    loop.event = loop
    assert.match(JSON.stringify(show(loop)), /not shown/)
    const err = new Error('a')
    err.cause = err
    assert.match(JSON.stringify(show({ err })), /"message":"a"/)
  })
})
