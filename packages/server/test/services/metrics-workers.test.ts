// One scrape of a server with several workers tells of all of them, also after one has ended.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { freePort } from '@grantd/testkit/ports'
import { freshDatabase } from '@grantd/testkit/postgres'
import { Place, start } from '../cli/cli.ts'
import { Scrape } from '../support/scrape.ts'

const ENDED = 'a worker ended'
const BACK = 'a worker serves again'

test('two workers are one scrape, on both ports, and what an ended one counted stays', async () => {
  await using database = await freshDatabase()
  const [port, management] = [await freePort(), await freePort()]
  using place = new Place({
    OAUTH2_DATABASE_URL: database.url,
    OAUTH2_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    OAUTH2_SERVER_WORKERS: '2',
    OAUTH2_METRICS_PUBLIC: 'true',
    OAUTH2_MANAGEMENT_PORT: String(management),
  })
  await using server = await start(place, ['serve', '--port', String(port)], 'ready in ')
  const ask = async (path: string, at = port): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${at}${path}`, {
      headers: { connection: 'close' },
    })
    assert.equal(answer.status, 200, path)
    return answer.text()
  }
  const route = { route: '/.well-known/jwks.json', status: '200' }
  const counted = async (at = port) =>
    new Scrape(await ask('/metrics', at)).sum('oauth2_server_http_requests_total_by_route', route)
  // Connections go to the workers in turns.
  for (let n = 0; n < 20; n++) await ask('/.well-known/jwks.json')
  assert.equal(await counted(), 20)
  assert.equal(await counted(management), 20)
  const scrape = new Scrape(await ask('/metrics', management))
  assert.equal(scrape.sum('oauth2_server_workers', { state: 'told' }), 2)
  assert.equal(scrape.sum('oauth2_server_workers', { state: 'silent' }), 0)
  assert.equal(scrape.sum('oauth2_server_app_info'), 1)
  assert.ok((scrape.sum('oauth2_server_keys', { state: 'active' }) ?? 0) >= 1)
  const ready = JSON.parse(await ask('/ready', management))
  assert.equal(ready.dependencies.database.detail.backend, 'postgresql')

  const pid = server.child.pid ?? 0
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  process.kill(Number(children.split(' ')[1]), 'SIGKILL')
  await server.when(() => server.stderr.includes(ENDED))
  assert.equal(await counted(), 20)
  await server.when(() => server.stderr.includes(BACK))
  await ask('/.well-known/jwks.json')
  assert.equal(await counted(), 21)
})
