import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '@grantd/domain'
import { startWireServer } from '@grantd/testkit/mongodb'
import type { Document } from 'mongodb'
import { aClient, aCode, aToken, NOW } from '../../src/conformance/samples.ts'
import { openStorage } from '../../src/registry.ts'
import { nameOf, openScripted, usual } from './scripted-server.ts'

const consume = (): Change => ({ kind: 'code.consume', id: aCode().id, at: NOW })
const insertToken = (): Change => ({ kind: 'token.insert', token: aToken() })

/** A primary that steps down says whether it had begun. */
const notPrimary = (...errorLabels: string[]): Document => ({
  ok: 0,
  code: 10_107,
  codeName: 'NotWritablePrimary',
  errmsg: 'not primary',
  errorLabels: ['RetryableWriteError', ...errorLabels],
})

const wtimeout: Document = {
  ok: 1,
  n: 1,
  nModified: 1,
  writeConcernError: { code: 64, codeName: 'WriteConcernFailed', errmsg: 'timed out' },
}

const failsWith = (kind: string) => ({ name: 'StorageError', kind })

describe('a unit of one document', () => {
  test('is one command without a transaction, durable on a majority', async () => {
    await using opened = await openScripted()
    const requireClient: Change = { kind: 'client.requireEnabled', id: aClient().id }
    await opened.storage.commit([requireClient, insertToken()])
    const commands = opened.commands()
    assert.deepEqual(commands.map(nameOf), ['find', 'insert'])
    const [find, insert] = commands
    assert.equal(insert?.autocommit, undefined)
    assert.deepEqual(insert?.writeConcern, { w: 'majority', j: true, wtimeout: 10_000 })
    assert.deepEqual(find?.readConcern, { level: 'majority' })
    assert.notEqual(insert?.txnNumber, undefined, 'the server cannot tell a retry from a repeat')
  })

  test('that requires what is gone writes nothing', async () => {
    const nothing = { ok: 1, cursor: { id: 0n, ns: 'x.clients', firstBatch: [] } }
    await using opened = await openScripted({ find: [nothing] })
    const requireClient: Change = { kind: 'client.requireEnabled', id: aClient().id }
    const result = await opened.storage.commit([requireClient, insertToken()])
    assert.deepEqual(result, { outcome: 'refused', index: 0 })
    assert.equal(opened.commands('insert').length, 0)
  })

  test('decides a single use by one conditional update', async () => {
    await using opened = await openScripted({ update: [{ ok: 1, n: 0, nModified: 0 }] })
    assert.deepEqual(await opened.storage.commit([consume()]), { outcome: 'refused', index: 0 })
    assert.deepEqual(await opened.storage.commit([consume()]), { outcome: 'committed' })
    for (const { updates } of opened.commands('update')) {
      assert.deepEqual(Object.keys(updates[0].q), ['_id', 'usedAt', 'expiresAt'])
      assert.equal(updates[0].multi, undefined)
    }
  })

  test('inserts that arrive together share commands', async () => {
    await using opened = await openScripted()
    await Promise.all(Array.from({ length: 300 }, () => opened.storage.commit([insertToken()])))
    const sizes = opened.commands('insert').map(({ documents }) => documents.length)
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      300,
    )
    assert.ok(sizes.length <= 4, `${sizes.length} commands for 300 inserts`)
    assert.equal(opened.storage.statistics().units, 300)
  })

  test('a taken key among them is the failure of its own unit alone', async () => {
    const writeErrors = [{ index: 1, code: 11_000, errmsg: 'E11000 duplicate key' }]
    await using opened = await openScripted({ insert: [{ ok: 1, n: 2, writeErrors }] })
    const units = Array.from({ length: 3 }, () => opened.storage.commit([insertToken()]))
    const results = await Promise.allSettled(units)
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    await assert.rejects(units[1] ?? Promise.resolve(), failsWith('conflict'))
  })
})

describe('a write that fails', () => {
  test('on a cut connection is retried once under the same number', async () => {
    await using opened = await openScripted({ update: ['cut'] })
    assert.deepEqual(await opened.storage.commit([consume()]), { outcome: 'committed' })
    const [first, second] = opened.commands('update')
    assert.equal(second?.txnNumber, first?.txnNumber)
  })

  test('on two cut connections is unknown', async () => {
    await using opened = await openScripted({ update: ['cut', 'cut'], insert: ['cut', 'cut'] })
    await assert.rejects(opened.storage.commit([consume()]), failsWith('unknown'))
    await assert.rejects(opened.storage.commit([insertToken()]), failsWith('unknown'))
  })

  test('whose majority does not confirm in time is unknown', async () => {
    await using opened = await openScripted({ update: [wtimeout], insert: [wtimeout] })
    await assert.rejects(opened.storage.commit([consume()]), failsWith('unknown'))
    await assert.rejects(opened.storage.commit([insertToken()]), failsWith('unknown'))
  })

  test('with a taken key among others that a majority does not confirm is unknown for all', async () => {
    const writeErrors = [{ index: 0, code: 11_000, errmsg: 'E11000 duplicate key' }]
    await using opened = await openScripted({ insert: [{ ...wtimeout, writeErrors }] })
    const units = [insertToken(), insertToken()].map((change) => opened.storage.commit([change]))
    const results = await Promise.allSettled(units)
    const kinds = results.map((result) => result.status === 'rejected' && result.reason.kind)
    assert.deepEqual(kinds, ['unknown', 'unknown'])
  })

  test('on a server that is no primary any more is unavailable when it had not begun', async () => {
    const answer = notPrimary('NoWritesPerformed')
    await using opened = await openScripted({ update: [answer, answer] })
    await assert.rejects(opened.storage.commit([consume()]), failsWith('unavailable'))
  })

  test('on a server that is no primary any more is unknown when a try before may have begun', async () => {
    await using opened = await openScripted({ update: ['cut', notPrimary('NoWritesPerformed')] })
    await assert.rejects(opened.storage.commit([consume()]), failsWith('unknown'))
  })

  test('is unavailable once the storage is closed', async () => {
    await using opened = await openScripted()
    await opened.storage.close()
    await assert.rejects(opened.storage.commit([consume()]), failsWith('unavailable'))
    assert.equal(opened.commands('update').length, 0)
  })

  test('is unknown when the server went away with it, and unavailable after that', async () => {
    const server = await startWireServer({
      handle: async (command) => {
        if (nameOf(command) !== 'update') return usual(nameOf(command), command)
        setImmediate(() => server[Symbol.asyncDispose]())
        return 'cut'
      },
    })
    const url = `mongodb://${server.address}/?serverSelectionTimeoutMS=300`
    const storage = await openStorage(url)
    await assert.rejects(storage.commit([consume()]), failsWith('unknown'))
    await assert.rejects(storage.commit([consume()]), failsWith('unavailable'))
    await assert.rejects(storage.ping(), failsWith('unavailable'))
    await storage.close()
  })
})
