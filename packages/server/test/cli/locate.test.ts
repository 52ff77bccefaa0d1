// Which database a command works on: docs/guide/cli.md, "Which database".
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { locate } from '../../src/cli/locate.ts'
import { FakeTerminal } from './fake-terminal.ts'

const home = process.cwd()
let folder: string
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'grantd-locate-'))
})
after(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

interface World {
  readonly files?: readonly string[]
  readonly text?: Readonly<Record<string, string>>
  readonly env?: Record<string, string>
  readonly flags?: Record<string, string>
  readonly dev?: boolean
}

/** Paths of a SQLite URL count from the working folder, hence chdir. */
async function where({ files = [], text = {}, env = {}, flags = {}, dev = false }: World) {
  const place = mkdtempSync(path.join(folder, 'place-'))
  for (const [file, content] of [
    ...files.map((name) => [name, ''] as const),
    ...Object.entries(text),
  ]) {
    mkdirSync(path.dirname(path.join(place, file)), { recursive: true })
    writeFileSync(path.join(place, file), content)
  }
  process.chdir(place)
  const terminal = new FakeTerminal({ cwd: place, env })
  const { mode, settings } = await locate({ options: { dev }, settingFlags: flags, terminal })
  return `${mode} ${settings.database.url.replace(/\?.*/, '')}`
}

const DEV = '.grantd/grantd.db'
const SERVE = 'oauth2.db'
const CASES: readonly (readonly [string, World, string])[] = [
  ['nothing at all: only dev could start', {}, `dev sqlite:${DEV}`],
  ['the database of dev', { files: [DEV] }, `dev sqlite:${DEV}`],
  ['the database of serve', { files: [SERVE] }, `tool sqlite:${SERVE}`],
  ['both, and --dev', { files: [DEV, SERVE], dev: true }, `dev sqlite:${DEV}`],
  [
    'a configured database, whatever else is there',
    { files: [DEV, SERVE], env: { OAUTH2_DATABASE_URL: 'sqlite:other.db' } },
    'tool sqlite:other.db',
  ],
  [
    'a flag',
    { files: [DEV, SERVE], flags: { 'database.url': 'sqlite:flag.db' } },
    'tool sqlite:flag.db',
  ],
  [
    'a configuration that names no database',
    { text: { 'application.conf': 'server.port = 9000' } },
    `tool sqlite:${SERVE}`,
  ],
  ['only the way of logging is configured', { env: { LOG_LEVEL: 'warn' } }, `dev sqlite:${DEV}`],
  [
    '.env of dev',
    { files: ['elsewhere.db'], text: { '.env': 'OAUTH2_DATABASE_URL=sqlite:elsewhere.db' } },
    'dev sqlite:elsewhere.db',
  ],
]

describe('the database of a command', () => {
  for (const [title, world, wanted] of CASES) {
    test(title, async () => assert.equal(await where(world), wanted))
  }

  test('both and nothing said: exit 2, with both names and what to say', async () => {
    await assert.rejects(where({ files: [DEV, SERVE] }), {
      exit: 2,
      message: /\.grantd\/grantd\.db \(grantd dev\) and oauth2\.db \(grantd serve\)/,
      fix: /--dev, or --database\.url sqlite:oauth2\.db/,
    })
  })
})
