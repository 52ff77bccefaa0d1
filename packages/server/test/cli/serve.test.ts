// `grantd serve` as an operator starts it: what it refuses, what it says, how it ends.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { freePort, Place, start } from './cli.ts'

const secure = (more: Record<string, string> = {}) =>
  new Place({ OAUTH2_ENCRYPTION_KEY: randomBytes(32).toString('hex'), ...more })

describe('grantd serve', () => {
  test('T194 without secrets nothing starts, and --check says the same', async () => {
    using place = new Place()
    for (const args of [['serve'], ['serve', '--check']]) {
      const { code, stderr } = await place.run([...args, '--server.port', '0'])
      assert.equal(code, 1)
      assert.match(stderr, /^E_SECRET_MISSING .*\n {2}fix {4}set OAUTH2_ENCRYPTION_KEY/m)
    }
    assert.deepEqual(place.files(), [])
  })

  test('a missing key and a wrong setting are said at once', async () => {
    using place = new Place({ OAUTH2_SERVER_HOST: '0.0.0.0' })
    for (const args of [['serve'], ['serve', '--check'], ['config', 'check']]) {
      const { code, stdout, stderr } = await place.run(args)
      assert.equal(code, 1)
      const codes = `${stdout}${stderr}`.match(/^E_\w+/gm)?.sort()
      assert.deepEqual(codes, ['E_CONFIG_ISSUER_MISSING', 'E_SECRET_MISSING'])
    }
  })

  test('HS256 without jwt.secret is a coded error', async () => {
    using place = secure({ OAUTH2_JWT_ALGORITHM: 'HS256' })
    const { code, stderr } = await place.run(['serve', '--server.port', '0'])
    assert.equal(code, 1)
    assert.match(stderr, /^E_CONFIG_JWT_SECRET /)
  })

  test('a part that cannot start ends the process, with the others open', async () => {
    using place = secure({
      OAUTH2_RATE_LIMIT_BACKEND: 'redis',
      OAUTH2_RATE_LIMIT_REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    })
    const { code, stderr } = await place.run(['serve', '--server.port', '0'])
    assert.equal(code, 1)
    assert.match(stderr, /^E_RATE_LIMIT_REDIS .*ECONNREFUSED.*\n {2}fix {4}start it/m)
  })

  test('makes the seeded administrator; --check and doctor look beside it; SIGINT ends it with 0', async () => {
    using place = secure({
      OAUTH2_SEED_USERNAME: 'root',
      OAUTH2_SEED_PASSWORD: 'a long one, really',
    })
    const port = String(await freePort())
    await using server = await start(place, ['serve', '--port', port], 'ready in ')
    assert.doesNotMatch(server.stderr, /no administrator yet/)
    assert.doesNotMatch(server.stderr + server.stdout, /a long one/)
    const users = await place.json<{ username: string; role: string }[]>(['user', 'list'])
    assert.deepEqual(
      users.map(({ username, role }) => [username, role]),
      [['root', 'admin']],
    )
    const check = await place.run(['serve', '--check'])
    assert.equal(check.code, 0)
    assert.match(check.stderr, /ok {2}keys: all of them open/)
    assert.equal((await place.run(['healthcheck', '--port', port])).code, 0)
    assert.equal(await server.stop('SIGINT'), 0)
  })

  test('says how to get an administrator; logs the masked configuration when asked', async () => {
    using place = secure({ OAUTH2_DEBUG_CONFIG: '1' })
    await using server = await start(place, ['serve', '--server.port', '0'], 'ready in ')
    assert.match(server.stderr, /no administrator yet; run: grantd admin setup-link/)
    // Whoever collects lines has to read nothing but JSON.
    for (const line of server.stderr.split('\n').slice(0, -1))
      assert.equal(typeof JSON.parse(line).msg, 'string')
    const [line = ''] = server.stderr.split('\n', 1)
    const { config } = JSON.parse(line)
    assert.deepEqual(config['secrets.encryption_key'], {
      value: '***MASKED***',
      source: 'env OAUTH2_ENCRYPTION_KEY',
    })
    assert.doesNotMatch(server.stderr, new RegExp(place.env.OAUTH2_ENCRYPTION_KEY ?? '-'))
  })
})

describe('grantd dev with unusual wishes', () => {
  test('HS256: the secret is made, kept private, and the log is for people', async () => {
    using place = new Place({ OAUTH2_JWT_ALGORITHM: 'HS256' })
    await using server = await start(place, ['dev', '--server.port', '0'], 'keeps everything')
    assert.ok(place.has('.grantd/jwt.secret'))
    const more = /More: node (\S+) --help/.exec(server.stdout)?.[1] ?? ''
    assert.ok(place.has(more), 'the printed command is there when pasted')
    const base = /Issuer +(\S+)/.exec(server.stdout)?.[1] ?? ''
    await fetch(`${base}/health`)
    await server.until('200 GET  /health')
    assert.equal(await server.stop('SIGTERM'), 0)

    if (process.platform === 'win32') return
    chmodSync(path.join(place.folder, '.grantd/jwt.secret'), 0o644)
    const { code, stdout } = await place.run(['doctor'])
    assert.equal(code, 1)
    assert.match(stdout, /fail {2}secrets .*others may read .*jwt\.secret\n +fix: chmod 600/)
  })
})

describe('grantd config', () => {
  test('check reports everything wrong at once; print masks; explain knows typos', async () => {
    using place = new Place({
      OAUTH2_SERVER_PORT: 'x',
      OAUTH2_SERVER_PRT: '1',
      OAUTH2_PUBLIC_URL: 'http://auth.example.com',
      OAUTH2_JWT_SECRET: 'short',
    })
    const check = await place.run(['config', 'check'])
    assert.equal(check.code, 1)
    for (const code of ['TYPE', 'UNKNOWN_ENV', 'ISSUER', 'JWT_SECRET']) {
      assert.match(check.stdout, new RegExp(`^E_CONFIG_${code} `, 'm'))
    }
    assert.match(check.stdout, /^E_SECRET_MISSING /m)
    assert.match(check.stderr, /refuses it: 5 problem\(s\)/)

    const print = await place.run(['config', 'print'])
    assert.equal(print.code, 1)
    assert.match(print.stdout, /^jwt\.secret +\*\*\*MASKED\*\*\* +env OAUTH2_JWT_SECRET$/m)
    assert.doesNotMatch(print.stdout + print.stderr, /short\b(?!er)/)

    const explain = await place.run(['config', 'explain', 'OAUTH2_JWT_SECRET'])
    assert.equal(explain.code, 0)
    assert.match(explain.stdout, /^jwt\.secret\n[\s\S]*value +"\*\*\*MASKED\*\*\*"\n +source +env/)
    const typo = await place.run(['config', 'explain', 'server.prt'])
    assert.equal(typo.code, 3)
    assert.match(typo.stderr, /did you mean server\.port\?/)
  })
})
