import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load } from '../../config/load-fixture.ts'
import { events } from './events.ts'
import type { Patient } from './finding.ts'

async function look(env: Record<string, string>) {
  const { settings } = load({ env })
  return events({ located: { settings } } as unknown as Patient) // all that this check reads
}

describe('doctor: events', () => {
  test('names the backends that answer', async () => {
    const verdict = await look({ OAUTH2_EVENTS_BACKEND: 'both' })
    assert.deepEqual(verdict, { status: 'ok', detail: 'in_memory, console' })
  })

  test('says which one does not', async () => {
    const verdict = await look({
      OAUTH2_EVENTS_BACKEND: 'in_memory,rabbit',
      OAUTH2_EVENTS_RABBIT_URL: 'amqp://user:secret@127.0.0.1:1/',
    })
    assert.equal(verdict.status, 'fail')
    assert.match(verdict.detail, /^rabbit cannot be reached/)
    assert.doesNotMatch(JSON.stringify(verdict), /secret/)
  })

  test('a plugin that cannot be used is a finding, not a crash', async () => {
    const env = { OAUTH2_EVENTS_PLUGINS: '/nowhere.mjs', OAUTH2_EVENTS_BACKEND: 'mine' }
    assert.match((await look(env)).detail, /nowhere\.mjs cannot be used/)
  })

  test('events turned off are not looked at', async () => {
    assert.equal((await look({ OAUTH2_EVENTS_ENABLED: 'false' })).status, 'skip')
  })
})
