import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change } from '@grantd/domain'
import type { Document } from 'mongodb'
import { aCode, aFamily, aSession, aToken, aUser, NOW } from '../../src/conformance/samples.ts'
import { nameOf, openScripted, type Script } from './scripted-server.ts'

/** A redemption: the code is spent, a family and a token begin. */
function redemption(): Change[] {
  const [code, family] = [aCode(), aFamily()]
  return [
    { kind: 'client.requireEnabled', id: code.clientId },
    { kind: 'code.consume', id: code.id, at: NOW },
    { kind: 'family.insert', family },
    { kind: 'token.insert', token: aToken({ familyId: family.id }) },
  ]
}

const TRANSIENT: Document = {
  ok: 0,
  code: 112,
  codeName: 'WriteConflict',
  errmsg: 'WriteConflict',
  errorLabels: ['TransientTransactionError'],
}

/** A commit of which the server cannot say yet what became of it. */
const UNKNOWN: Document = {
  ok: 0,
  code: 64,
  codeName: 'WriteConcernFailed',
  errmsg: 'waiting for replication timed out',
  errorLabels: ['UnknownTransactionCommitResult'],
}

const txnOf = ({ lsid, txnNumber }: Document) => `${lsid.id.toString('hex')} ${txnNumber}`

describe('a unit of several documents on a replica set', () => {
  test('is one transaction: one session and number, started once, committed for a majority', async () => {
    await using opened = await openScripted()
    assert.deepEqual(await opened.storage.commit(redemption()), { outcome: 'committed' })
    const commands = opened.commands()
    assert.deepEqual(commands.map(nameOf), [
      'find',
      'update',
      'insert',
      'insert',
      'commitTransaction',
    ])
    for (const command of commands) assert.equal(command.autocommit, false)
    assert.equal(new Set(commands.map(txnOf)).size, 1)
    assert.deepEqual(
      commands.map(({ startTransaction }) => startTransaction),
      [true, ...Array(4).fill(undefined)],
    )
    assert.deepEqual(commands[0]?.readConcern?.level, 'snapshot')
    const { w, j, journal, wtimeout } = commands.at(-1)?.writeConcern ?? {}
    assert.deepEqual([w, j ?? journal, wtimeout], ['majority', true, 10_000])
    assert.equal(commands.at(-1)?.$db, 'admin')
    // Inside a transaction the concern of the commit is the one that counts.
    for (const command of commands.slice(0, -1)) assert.equal(command.writeConcern, undefined)
  })

  test('ends with abortTransaction when a guard is lost, and commits nothing', async () => {
    await using opened = await openScripted({ update: [{ ok: 1, n: 0, nModified: 0 }] })
    assert.deepEqual(await opened.storage.commit(redemption()), { outcome: 'refused', index: 1 })
    const commands = opened.commands()
    assert.deepEqual(commands.map(nameOf), ['find', 'update', 'abortTransaction'])
    assert.equal(new Set(commands.map(txnOf)).size, 1)
    assert.equal(commands.at(-1)?.autocommit, false)
  })

  test('begins anew under a new number when the server says that it collided', async () => {
    await using opened = await openScripted({ update: [TRANSIENT, TRANSIENT] })
    assert.deepEqual(await opened.storage.commit(redemption()), { outcome: 'committed' })
    const started = opened.commands('find')
    assert.equal(started.length, 3)
    assert.equal(new Set(started.map(txnOf)).size, 3)
    assert.equal(opened.commands('commitTransaction').length, 1)
  })

  test('that keeps colliding is unavailable in the end, surely unwritten', async () => {
    const script: Script = { update: Array(1_000).fill(TRANSIENT) }
    await using opened = await openScripted(script)
    const commit = opened.storage.commit(redemption())
    await assert.rejects(commit, { name: 'StorageError', kind: 'unavailable' })
    assert.equal(opened.commands('commitTransaction').length, 0)
  })

  test('whose commit collides begins anew', async () => {
    await using opened = await openScripted({ commitTransaction: [TRANSIENT] })
    assert.deepEqual(await opened.storage.commit(redemption()), { outcome: 'committed' })
    assert.equal(new Set(opened.commands('commitTransaction').map(txnOf)).size, 2)
  })

  test('asks again, under the same number, when nobody knows whether it is committed', async () => {
    await using opened = await openScripted({ commitTransaction: [UNKNOWN, UNKNOWN] })
    assert.deepEqual(await opened.storage.commit(redemption()), { outcome: 'committed' })
    const commits = opened.commands('commitTransaction')
    assert.equal(commits.length, 3)
    assert.equal(new Set(commits.map(txnOf)).size, 1)
    assert.equal(opened.commands('abortTransaction').length, 0)
  })

  test('asks again when the connection ends between commit and answer', async () => {
    await using opened = await openScripted({ commitTransaction: ['cut'] })
    assert.deepEqual(await opened.storage.commit(redemption()), { outcome: 'committed' })
    assert.equal(new Set(opened.commands('commitTransaction').map(txnOf)).size, 1)
  })

  test('whose commit is never answered for is unknown: neither repeated nor confirmed', async () => {
    await using opened = await openScripted({ commitTransaction: Array(1_000).fill(UNKNOWN) })
    const commit = opened.storage.commit(redemption())
    await assert.rejects(commit, { name: 'StorageError', kind: 'unknown' })
    assert.equal(new Set(opened.commands('commitTransaction').map(txnOf)).size, 1)
    assert.equal(opened.commands('find').length, 1)
  })

  test('with a key that is taken is a conflict, and aborted', async () => {
    const taken = {
      ok: 1,
      n: 0,
      writeErrors: [{ index: 0, code: 11_000, errmsg: 'E11000 duplicate key' }],
    }
    await using opened = await openScripted({ insert: [taken] })
    const commit = opened.storage.commit(redemption())
    await assert.rejects(commit, { name: 'StorageError', kind: 'conflict' })
    assert.deepEqual(opened.commands().map(nameOf).slice(-2), ['insert', 'abortTransaction'])
  })

  test('that fails before its commit is unavailable: nothing was written', async () => {
    const refusal = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not allowed' }
    await using opened = await openScripted({ insert: [refusal] })
    const commit = opened.storage.commit(redemption())
    await assert.rejects(commit, { name: 'StorageError', kind: 'unavailable' })
    assert.equal(opened.commands('commitTransaction').length, 0)
  })
})

describe('guards that hold something still', () => {
  const GUARDS: readonly Change[] = [
    { kind: 'session.requireLive', id: aSession().id },
    { kind: 'family.requireLive', id: aFamily().id },
    { kind: 'user.requireActive', id: aUser().id },
  ]
  for (const guard of GUARDS) {
    test(`${guard.kind} writes to its document, so that the one that ends it collides`, async () => {
      await using opened = await openScripted()
      await opened.storage.commit([guard, { kind: 'family.insert', family: aFamily() }])
      const [update] = opened.commands('update')
      assert.deepEqual(update?.updates[0].u, { $inc: { 'internal.locks': 1 } })
      assert.equal(update?.autocommit, false)
    })
  }
})
