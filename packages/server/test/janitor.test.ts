import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodeId } from '@grantd/domain'
import { PREFIX, parseCredential } from '@grantd/domain'
import { startJanitor } from '../src/janitor.ts'
import { obtainCode, REDIRECT, TestServer } from './support/server.ts'

const APP = {
  client_name: 'App',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code'],
  scope: 'read write',
  token_endpoint_auth_method: 'none',
}
const INTERVAL = 60
const CODE_LIFETIME = 60
const DAY = 86_400

test('the janitor deletes a code a day after it has expired, and not before', async (t) => {
  await using server = await TestServer.start()
  const { services } = server.assembly
  await server.addUser()
  const { id } = await server.addClient(APP)
  const { code } = await obtainCode(server, id)
  const codeId = parseCredential<CodeId>(PREFIX.authorizationCode, code)?.id
  assert.ok(codeId)
  const settings = { interval_secs: INTERVAL, batch: 500 }

  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sweepOnce = async (): Promise<void> => {
    const fail = (fields: object, message: string) =>
      assert.fail(`${message} ${JSON.stringify(fields)}`)
    const log = { debug() {}, info() {}, warn: fail, error: fail }
    const janitor = startJanitor({
      services,
      settings,
      log,
      kept: { encryptionKey: Buffer.alloc(32), auditDays: 0, historyDays: 0 },
    })
    t.mock.timers.tick(INTERVAL * 1_000)
    await janitor.stop()
  }
  server.clock.advance(CODE_LIFETIME + DAY)
  await sweepOnce()
  assert.ok(await services.storage.codes.find(codeId))
  server.clock.advance(1)
  await sweepOnce()
  assert.equal(await services.storage.codes.find(codeId), undefined)
})
