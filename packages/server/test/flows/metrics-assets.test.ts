// Boards, rules, runbooks and the reference speak of metrics and commands that there are.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { COMMANDS } from '../../src/cli/registry.ts'
import { SETTINGS } from '../../src/config/catalog.ts'
import { everyMetric } from '../../src/metrics/every-metric.ts'
import { metricsReference } from '../../src/metrics/reference.ts'
import { Scrape } from '../support/scrape.ts'
import { TestServer } from '../support/server.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const RULES = globSync('deploy/prometheus/rules/*.yml', { cwd: root })
const BOARDS = globSync('deploy/grafana/*.json', { cwd: root })
const RUNBOOKS = globSync('docs/runbooks/OAuth2Server*.md', { cwd: root })
const METRIC =
  /\b(?:oauth2_server|http_server|http_client|db_client|process|nodejs)_\w+|\bslo:[\w:]+/g

/** Names as a scrape or the rules have them. */
async function names(): Promise<ReadonlySet<string>> {
  await using server = await TestServer.start({ OAUTH2_METRICS_PUBLIC: 'true' })
  const { names: scraped } = await Scrape.of(server)
  const known = everyMetric().flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  )
  const recorded = RULES.flatMap((file) =>
    [...read(file).matchAll(/record: (\S+)/g)].map(([, name = '']) => name),
  )
  return new Set([...scraped, ...known, ...recorded])
}

describe('boards and rules', () => {
  test('name metrics that there are', async () => {
    const known = await names()
    for (const file of [...RULES, ...BOARDS]) {
      const used = new Set(read(file).match(METRIC) ?? [])
      assert.ok(used.size > 0, file)
      for (const name of used) assert.ok(known.has(name), `${file}: there is no ${name}`)
    }
  })

  test('are what scripts/boards.ts makes', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/boards.ts', '--check'], {
      cwd: root,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  })

  test('each alert has its runbook, and each runbook its alert', () => {
    const alerts = new Set<string>()
    for (const file of RULES) {
      for (const [, alert = '', rest = ''] of read(file).matchAll(
        /- alert: (\w+)\n([\s\S]*?)(?=\n {6}- |\n {2}- |$)/g,
      )) {
        alerts.add(alert)
        assert.match(rest, new RegExp(`runbook: docs/runbooks/${alert}\\.md`), alert)
        assert.match(rest, /severity: (?:critical|warning)\n/, alert)
        assert.match(rest, /summary: ./, alert)
      }
    }
    assert.ok(alerts.size >= 20)
    assert.deepEqual(RUNBOOKS.map((file) => path.basename(file, '.md')).sort(), [...alerts].sort())
  })

  test('every alert is in a test of promtool, on both sides where it has two', () => {
    const tests = globSync('deploy/prometheus/tests/*.yml', { cwd: root }).map(read).join('\n')
    for (const file of RUNBOOKS) {
      const alert = path.basename(file, '.md')
      assert.match(tests, new RegExp(`alertname: ${alert}\n {8}exp_alerts:\n`), `${alert} fires`)
      assert.match(
        tests,
        new RegExp(`alertname: ${alert}\n {8}exp_alerts: \\[\\]`),
        `${alert} rests`,
      )
    }
  })
})

describe('runbooks', () => {
  test('say what to look at and what to do, with commands, settings and pages that there are', () => {
    const commands = COMMANDS.map(({ name }) => name)
    const variables = new Set(SETTINGS.flatMap(({ env }) => env))
    for (const file of RUNBOOKS) {
      const text = read(file)
      for (const part of ['## What it means', '## What to look at', '## What to do'])
        assert.ok(text.includes(part), `${file}: ${part}`)
      for (const [, line = ''] of text.matchAll(/`grantd ([^`]+)`/g))
        assert.ok(
          commands.some((name) => line === name || line.startsWith(`${name} `)),
          `${file}: grantd ${line}`,
        )
      for (const [name] of text.matchAll(/\bOAUTH2_[A-Z0-9_]+/g))
        assert.ok(variables.has(name), `${file}: ${name}`)
      for (const [page] of text.matchAll(/\bdocs\/[\w/-]+\.md/g))
        assert.ok(existsSync(path.join(root, page)), `${file}: ${page}`)
      const known = new Set(everyMetric().map(({ name }) => name))
      for (const [name] of text.matchAll(/\boauth2_server_\w+/g))
        assert.ok(known.has(name), `${file}: ${name}`)
      for (const [other] of text.matchAll(/\bOAuth2Server\w+/g))
        assert.ok(existsSync(path.join(root, `docs/runbooks/${other}.md`)), `${file}: ${other}`)
    }
  })
})

describe('docs/reference/metrics.md', () => {
  test('is current', () => {
    const text = metricsReference(everyMetric())
    assert.equal(read('docs/reference/metrics.md'), text, 'run: node scripts/metrics-reference.ts')
  })

  test('has every metric of a running server, with its type, its labels and its meaning', async () => {
    await using server = await TestServer.start({ OAUTH2_METRICS_PUBLIC: 'true' })
    const { text, samples } = await Scrape.of(server)
    const known = new Map(everyMetric().map((metric) => [metric.name, metric]))
    const headers = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)$/gm)]
    assert.ok(headers.length > 40)
    for (const [, name = '', help, type] of headers) {
      if (/^(?:process|nodejs)_/.test(name)) continue
      const metric = known.get(name)
      assert.ok(metric !== undefined, `${name} is not in the reference`)
      assert.deepEqual([help, type], [metric.help, metric.type])
      const family = samples.filter((one) =>
        metric.type === 'histogram' ? one.name === `${name}_count` : one.name === name,
      )
      for (const { labels } of family)
        assert.deepEqual(Object.keys(labels).sort(), [...metric.labels].sort(), name)
    }
  })
})
