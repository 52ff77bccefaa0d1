import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Assembly, assemble } from '../src/assemble.ts'
import { loadSettings } from '../src/config/load.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const JANITOR_MS = 60_000

async function assembled(
  t: TestContext,
  { env = {}, worker }: { env?: Record<string, string>; worker?: number },
): Promise<Assembly> {
  const { settings } = loadSettings({
    mode: 'serve',
    env: { OAUTH2_DATABASE_URL: 'memory:', OAUTH2_ENCRYPTION_KEY: '1b'.repeat(32), ...env },
    cwd: import.meta.dirname,
  })
  const assembly = await assemble({
    settings,
    mode: 'serve',
    log: silent,
    ...(worker !== undefined && { worker }),
    onFatal: (error) => {
      throw error
    },
  })
  t.after(() => assembly.stop(1_000))
  return assembly
}

test('families of tokens are spread over as many actors as OAUTH2_TOKEN_ACTOR_SHARDS says', async (t) => {
  const env = { OAUTH2_TOKEN_ACTOR_SHARDS: '7' }
  assert.equal((await assembled(t, { env })).services.tokens.size, 7)
  assert.equal((await assembled(t, {})).services.tokens.size, 4)
})

for (const [worker, sweeps] of [
  [undefined, 1],
  [1, 1],
  [2, 0],
] as const) {
  test(`worker ${worker ?? 'alone'} does the work of nobody's request ${sweeps} time(s)`, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
    const { services } = await assembled(t, worker === undefined ? {} : { worker })
    const purge = t.mock.method(services.storage, 'purgeExpired')
    t.mock.timers.tick(JANITOR_MS)
    assert.equal(purge.mock.callCount(), sweeps)
    t.mock.timers.reset()
  })
}

for (const key of ['OAUTH2_BRANDING_LOGO', 'OAUTH2_BRANDING_TEXTS']) {
  test(`a file that ${key} names and that is not there stops the start before anything is opened`, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-brand-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const database = path.join(folder, 'grantd.db')
    const env = { OAUTH2_DATABASE_URL: `sqlite:${database}`, [key]: path.join(folder, 'none.svg') }
    await assert.rejects(assembled(t, { env }), { code: /^E_BRANDING_(LOGO|TEXTS)$/ })
    assert.equal(existsSync(database), false)
  })
}

test('a part that cannot stop keeps no other one open, and is heard of', async (t) => {
  const assembly = await assembled(t, {})
  const closing = t.mock.method(assembly.storage, 'close')
  t.mock.method(
    assembly.http,
    'close',
    async () => {
      throw new Error('the listener does not close')
    },
    { times: 1 },
  )
  await assert.rejects(assembly.stop(1_000), /the listener does not close/)
  assert.equal(closing.mock.callCount(), 1)
})
