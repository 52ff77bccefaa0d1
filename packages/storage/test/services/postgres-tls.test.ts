import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from '@grantd/testkit/postgres'
import { PrivateServer } from '@grantd/testkit/private-postgres'
import { migrateUp, openStorage } from '../../src/index.ts'

describe('PostgreSQL over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantd-tls-'))
  const certificate = join(folder, 'server.crt')
  let server: PrivateServer | undefined

  before(async () => {
    const options = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=db -addext subjectAltName=DNS:localhost`
    const out = ['-keyout', join(folder, 'server.key'), '-out', certificate]
    execFileSync('openssl', [...options.split(' '), ...out], { stdio: 'ignore' })
    server = await PrivateServer.start('-c ssl=on', {
      'server.crt': readFileSync(certificate, 'utf8'),
      'server.key': readFileSync(join(folder, 'server.key'), 'utf8'),
    })
    await migrateUp(server.url)
  })
  after(() => {
    server?.[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  const url = (host: string, query: string) =>
    `${server?.url.replace('127.0.0.1', host)}?application_name=tls-test&${query}`

  for (const [mode, host] of [
    ['verify-full', 'localhost'],
    ['verify-ca', '127.0.0.1'],
    ['require', '127.0.0.1'],
  ] as const) {
    test(`${mode} with the right CA encrypts every connection`, async () => {
      const storage = await openStorage(url(host, `sslmode=${mode}&sslrootcert=${certificate}`))
      const rows = await sql(
        server?.url ?? '',
        `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'tls-test'`,
      )
      await storage.close()
      assert.ok(rows.length > 0 && rows.every(({ ssl }) => ssl === true))
    })
  }

  const REFUSED: readonly (readonly [string, string, string, RegExp])[] = [
    ['another name', '127.0.0.1', `sslmode=verify-full&sslrootcert=${certificate}`, /altnames|IP/],
    ['an unknown CA', 'localhost', 'sslmode=verify-full', /self-signed/],
  ]
  for (const [what, host, query, message] of REFUSED) {
    test(`${what} is refused at once`, async () => {
      const startedAt = performance.now()
      await assert.rejects(openStorage(url(host, query)), { name: 'StorageError', message })
      assert.ok(performance.now() - startedAt < 10_000, 'it does not wait for what cannot change')
    })
  }
})
