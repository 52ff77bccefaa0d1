import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load } from '../../config/load-fixture.ts'
import { processTerminal } from '../terminal.ts'
import type { DoctorCheck, Verdict } from './finding.ts'
import { proxy, workers } from './processes.ts'

async function finding(look: DoctorCheck['look'], env: Record<string, string>): Promise<Verdict> {
  const located = { ...load({ mode: 'tool', env }), mode: 'tool' } as const
  const where = { options: {}, settingFlags: {}, terminal: processTerminal() }
  return look({ where, located, file: undefined, storage: undefined })
}

describe('the proxy in front', () => {
  const https = { OAUTH2_PUBLIC_URL: 'https://auth.example.com' }
  test('is expected where the issuer uses https, and must be believed', async () => {
    const { status, fix } = await finding(proxy, https)
    assert.equal(status, 'warn')
    assert.match(fix ?? '', /OAUTH2_SERVER_TRUSTED_PROXIES/)
    assert.equal((await finding(proxy, {})).status, 'ok')
  })

  test('is named when it is believed', async () => {
    const { status, detail } = await finding(proxy, {
      ...https,
      OAUTH2_SERVER_TRUST_PROXY_HEADERS: 'true',
      OAUTH2_SERVER_TRUSTED_PROXIES: '10.0.0.1,10.1.0.0/16',
    })
    assert.equal(status, 'ok')
    assert.match(detail, /10\.0\.0\.1, 10\.1\.0\.0\/16/)
  })
})

describe('the workers', () => {
  const database = { OAUTH2_DATABASE_URL: 'postgres://db/x' }
  test('more than processors are too many; one per processor is fine', async () => {
    const many = await finding(workers, { ...database, OAUTH2_SERVER_WORKERS: '256' })
    assert.equal(many.status, 'warn')
    assert.match(many.fix ?? '', /OAUTH2_SERVER_WORKERS=0/)
    const all = await finding(workers, { ...database, OAUTH2_SERVER_WORKERS: '0' })
    assert.equal(all.status, 'ok')
  })

  test('are no matter on a SQLite file', async () => {
    assert.deepEqual(await finding(workers, {}), { status: 'ok', detail: 'one' })
  })
})
