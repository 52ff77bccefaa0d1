// The rules, their tests and a real scrape, judged by Prometheus' own tool.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { Scrape } from '../support/scrape.ts'
import { TestServer } from '../support/server.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const unpacked = path.join(root, '.services/promtool/usr/bin/promtool')
const promtool = existsSync(unpacked) ? unpacked : 'promtool'

function run(args: readonly string[], input = '') {
  const options = { cwd: root, encoding: 'utf8', input } as const
  const { status, stdout, stderr, error } = spawnSync(promtool, args, options)
  assert.equal(error, undefined, 'bash scripts/services.sh up promtool')
  return { status, text: `${stdout}${stderr}` }
}

const files = (pattern: string) => globSync(pattern, { cwd: root })

test('the configuration and the rules are valid', () => {
  const { status, text } = run(['check', 'config', 'deploy/prometheus/prometheus.yml'])
  assert.equal(status, 0, text)
})

test('each alert fires when it should, and rests when it should', () => {
  const { status, text } = run(['test', 'rules', ...files('deploy/prometheus/tests/*.yml')])
  assert.equal(status, 0, text)
})

test('a scrape is what Prometheus reads; only names that others chose are against its taste', async () => {
  await using server = await TestServer.start({ OAUTH2_METRICS_PUBLIC: 'true' })
  await server.inject({ url: '/.well-known/jwks.json' })
  await server.inject({ url: '/health' })
  const { text: scrape } = await Scrape.of(server)
  const { text } = run(['check', 'metrics'], scrape)
  const complaints = text.split('\n').filter((line) => line !== '')
  // Names of the contract: boards and rules know them.
  const given =
    /^oauth2_server_(?:oauth_(?:clients_total|authorization_codes_issued|failed_authentications)|http_requests_total_by_route) /
  assert.deepEqual(
    complaints.filter((line) => !given.test(line)),
    [],
  )
})
