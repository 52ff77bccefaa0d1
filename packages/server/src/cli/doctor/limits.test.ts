import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load } from '../../config/load-fixture.ts'
import { processTerminal } from '../terminal.ts'
import type { Verdict } from './finding.ts'
import { limits } from './limits.ts'

async function finding(env: Record<string, string> = {}): Promise<Verdict> {
  const located = { ...load({ mode: 'tool', env }), mode: 'tool' } as const
  const where = { options: {}, settingFlags: {}, terminal: processTerminal() }
  return limits({ where, located, file: undefined, storage: undefined })
}

describe('the rate limits', () => {
  test('are told in figures, or that they are off', async () => {
    assert.deepEqual(await finding(), { status: 'ok', detail: '100 requests of a network in 60 s' })
    const off = await finding({ OAUTH2_RATE_LIMIT_ENABLED: 'false' })
    assert.equal(off.status, 'ok')
    assert.match(off.detail, /^off/)
  })

  test('of several workers add up unless they are counted in one place', async () => {
    const workers = { OAUTH2_DATABASE_URL: 'postgres://db/x', OAUTH2_SERVER_WORKERS: '4' }
    const { status, fix } = await finding(workers)
    assert.equal(status, 'warn')
    assert.match(fix ?? '', /OAUTH2_RATE_LIMIT_BACKEND=redis/)
  })

  test('in a Redis that does not answer are a failure', async () => {
    const { status, detail } = await finding({
      OAUTH2_RATE_LIMIT_BACKEND: 'redis',
      OAUTH2_RATE_LIMIT_REDIS_URL: 'redis://:secret@127.0.0.1:1',
    })
    assert.equal(status, 'fail')
    assert.match(detail, /127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/)
    assert.doesNotMatch(detail, /secret/)
  })
})
