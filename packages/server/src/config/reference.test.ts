import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SETTINGS } from './catalog.ts'
import { loadSettings } from './load.ts'
import { CONFIG_CODES } from './problem.ts'
import { configurationReference } from './reference.ts'
import { editDistance, suggest } from './suggest.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

describe('what operators read', () => {
  test('docs/reference/configuration.md is current', () => {
    const written = readFileSync(`${root}docs/reference/configuration.md`, 'utf8')
    assert.equal(written, configurationReference(), 'run: node scripts/config-reference.ts')
  })

  test('the reference names every setting, variable and code', () => {
    const text = configurationReference()
    for (const { key, env } of SETTINGS) {
      for (const name of [key, ...env]) assert.ok(text.includes(`\`${name}\``), name)
    }
    for (const code of Object.keys(CONFIG_CODES)) assert.ok(text.includes(`### ${code}\n`), code)
  })

  for (const mode of ['dev', 'serve', 'tool'] as const) {
    test(`application.conf.example loads without problems with ${mode} and changes no default`, () => {
      const example = loadSettings({
        mode,
        env: {},
        cwd: root,
        argvFlags: { config: 'application.conf.example' },
      })
      assert.deepEqual(example.problems, [])
      const defaults = loadSettings({ mode, env: {}, cwd: '/nowhere' })
      assert.deepEqual(example.settings, defaults.settings)
    })
  }

  test('what the example offers in comments is accepted as well', () => {
    const text = readFileSync(`${root}application.conf.example`, 'utf8')
    const full = text.replace(/^(\s*)# (?=[a-z_.]+ = )/gm, '$1')
    assert.notEqual(full, text)
    const readFile = (): string => full
    const { settings, problems } = loadSettings({ mode: 'serve', env: {}, cwd: '/', readFile })
    assert.deepEqual(problems, [])
    assert.equal(settings.server.public_url, 'https://auth.example.com')
  })
})

describe('suggestions', () => {
  test('a swap, a missing, a wrong and a surplus letter are one edit each', () => {
    assert.deepEqual(
      ['prot', 'por', 'pork', 'portt', 'port'].map((typo) => editDistance(typo, 'port')),
      [1, 1, 1, 1, 0],
    )
  })

  test('the nearest candidate is suggested, and nothing when none is near', () => {
    assert.equal(suggest('colour', ['color', 'colours']), 'color')
    assert.equal(suggest('xyz', ['port', 'host']), undefined)
  })
})
