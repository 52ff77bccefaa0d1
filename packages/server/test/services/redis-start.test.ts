import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateRedis } from '@grantd/testkit/redis'
import { ServerProcess, Site } from '../crash/server-process.ts'
import { runGrantd } from './two-servers.ts'

describe('a configured Redis', () => {
  test('that cannot be used refuses the start, with a code and what to do', async () => {
    await using redis = await PrivateRedis.start(['--requirepass', 'hunter2'])
    using site = await Site.create({ OAUTH2_CACHE_REDIS_URL: redis.url })
    const port = ['--port', String(site.port)]
    for (const command of [
      ['serve', ...port],
      ['serve', '--check'],
    ]) {
      const { code, talk } = await runGrantd(site, command)
      assert.equal(code, 1)
      assert.match(talk, /^E_CACHE_REDIS .*NOAUTH.*\n +fix +start it, or correct the URL/m)
    }
    const wrong = redis.url.replace('//', '//:guessed-password@')
    const { code, talk } = await runGrantd(site, ['serve', ...port], {
      OAUTH2_CACHE_REDIS_URL: wrong,
    })
    assert.equal(code, 1)
    assert.match(talk, /E_CACHE_REDIS .*WRONGPASS/)
    assert.doesNotMatch(talk, /guessed-password/)
    const examined = await runGrantd(site, ['doctor'])
    assert.match(examined.talk, /cache +.*cannot be used: NOAUTH/)
  })

  test('that is not there is refused too; without it a change by the command line is made', async () => {
    const redis = await PrivateRedis.start()
    await redis[Symbol.asyncDispose]()
    using site = await Site.create()
    const env = { OAUTH2_CACHE_REDIS_URL: redis.url }
    await using server = await ServerProcess.start(site)
    const refused = await runGrantd(site, ['serve', '--port', '0'], env)
    assert.equal(refused.code, 1)
    assert.match(refused.talk, /E_CACHE_REDIS .*ECONNREFUSED/)
    const made = await runGrantd(site, ['user', 'create', 'ada', '--generate'], env)
    assert.equal(made.code, 0, made.talk)
    assert.match(made.talk, /running servers see the change within 5 seconds/)
    await server.stop()
  })

  test('that is there is named by doctor and by serve --check', async () => {
    await using redis = await PrivateRedis.start()
    using site = await Site.create({
      OAUTH2_CACHE_REDIS_URL: redis.url,
      OAUTH2_CACHE_SESSIONS: '1',
    })
    await using server = await ServerProcess.start(site)
    const { host } = new URL(redis.url)
    const examined = await runGrantd(site, ['doctor'])
    assert.ok(examined.talk.includes(`Redis at ${host}, sessions too`), examined.talk)
    const checked = await runGrantd(site, ['serve', '--check'])
    assert.ok(checked.talk.includes(`ok  cache: Redis at ${host}`), checked.talk)
    await server.stop()
    assert.equal(server.child.exitCode, 0)
  })
})
