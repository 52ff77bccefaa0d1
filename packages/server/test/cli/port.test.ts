import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort, holdPort } from '@grantd/testkit/ports'
import { choosePort } from '../../src/cli/port.ts'

const host = '127.0.0.1'

describe('the port of the listener', () => {
  test('a free one is taken as it is', async () => {
    const port = await freePort()
    assert.equal(await choosePort({ host, port, mayMove: false }), port)
  })

  test('a taken one moves up when it may', async () => {
    await using held = await holdPort()
    const { port } = held
    assert.ok((await choosePort({ host, port, mayMove: true })) > port)
  })

  test('a taken one that was asked for is a coded error', async () => {
    await using held = await holdPort()
    const { port } = held
    await assert.rejects(choosePort({ host, port, mayMove: false }), {
      code: 'E_PORT_TAKEN',
      fix: new RegExp(`OAUTH2_SERVER_PORT=${port + 1}`),
    })
  })

  test('0 becomes a real one', async () => {
    assert.ok((await choosePort({ host, port: 0, mayMove: false })) > 0)
  })

  test('an address of another machine says what to check', async () => {
    await assert.rejects(choosePort({ host: '192.0.2.1', port: 0, mayMove: true }), {
      code: 'E_LISTEN',
      fix: /OAUTH2_SERVER_HOST/,
    })
  })
})
