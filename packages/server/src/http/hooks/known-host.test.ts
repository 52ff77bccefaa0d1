import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoint, fixture } from '../http-fixture.ts'
import { namesOfDev } from './known-host.ts'

const hostNames = namesOfDev('127.0.0.1', 'http://id.test:8080')

async function statusFor(host: string, settings: object = { hostNames }): Promise<number> {
  const { app } = fixture([endpoint({ path: '/userinfo' })], { settings })
  return (await app.inject({ url: '/userinfo', headers: { host } })).statusCode
}

describe('the Host header with grantd dev', () => {
  for (const host of ['localhost:8080', 'LOCALHOST', '127.0.0.1:1', '[::1]:8080', 'id.test']) {
    test(`${host} is answered`, async () => assert.equal(await statusFor(host), 200))
  }

  for (const host of ['evil.example', 'localhost.evil.example:8080', '[::2]', 'localhost:80:80']) {
    test(`${host} is refused: a page that rebound its name`, async () => {
      assert.equal(await statusFor(host), 421)
    })
  }

  test('with grantd serve proxies may name the server as they like', async () => {
    assert.equal(await statusFor('backend-7', {}), 200)
  })
})
