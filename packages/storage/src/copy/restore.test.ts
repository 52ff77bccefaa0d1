import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { epochSeconds, insertionOf, restoreEpoch, type Storage } from '@grantd/domain'
import { aToken } from '../conformance/samples.ts'
import { bareRows, filledRows } from '../conformance/samples-rows.ts'
import { openStorage } from '../registry.ts'
import { temporaryFolder } from '../sql/sqlite/testing.ts'
import { writeBackup } from './backup-file.ts'
import { readNote } from './note.ts'
import { holdsData, type RestoreOptions, restoreAll } from './restore.ts'
import { tallyOf } from './transfer.ts'

const AT = 1_800_000_000
const clock = { nowMs: () => AT * 1_000 }

async function backupIn(folder: ReturnType<typeof temporaryFolder>): Promise<string> {
  const storage = await openStorage('memory:')
  await storage.commit([...filledRows(), ...bareRows()].map(insertionOf))
  const file = folder.path('a.backup')
  await writeBackup(storage, file, { now: new Date() })
  return file
}

const restore = (target: Storage, file: string, more: Partial<RestoreOptions> = {}) =>
  restoreAll({ file, target, clock, replace: false, forgetConsents: false, ...more })

async function countsIn(storage: Storage): Promise<Record<string, number>> {
  const report = (await tallyOf(storage)).report()
  return Object.fromEntries(report.map(({ kind, rows }) => [kind, rows]))
}

describe('a restore', () => {
  test('brings back what people and apps are, and nothing that could be used again', async () => {
    using folder = temporaryFolder()
    const target = await openStorage('memory:')
    await restore(target, await backupIn(folder))
    assert.deepEqual(await countsIn(target), {
      key: 2,
      client: 2,
      user: 2,
      passkey: 2,
      totpSeed: 2,
      recoveryCode: 2,
      identity: 2,
      consent: 2,
      session: 0,
      code: 0,
      family: 0,
      refreshToken: 0,
      token: 0,
      usedOnce: 2,
      initialAccessToken: 0,
      setupLink: 0,
      ticket: 0,
      throttle: 2,
      logoutDelivery: 0,
      mail: 0,
      denial: 2,
      audit: 3,
      auditLink: 2,
      auditEnd: 2,
      event: 2,
      sink: 2,
      parkedEvent: 2,
    })
    for (const key of await target.keys.list()) {
      assert.deepEqual([key.state, key.stateChangedAt], ['retired', AT])
    }
    const snapshot = await target.snapshot()
    for (const code of await snapshot.rows('recoveryCode', { limit: 9 })) assert.ok(code.usedAt)
    for (const { lastStep } of await snapshot.rows('totpSeed', { limit: 9 })) {
      assert.ok(lastStep * 30 > AT, 'a code of this moment could be a replay')
    }
    assert.equal(await restoreEpoch(target), AT)
    const [record] = await target.audit.list({ limit: 1 })
    assert.equal(record?.action, 'database.restored')
  })

  test('forgets consents when it is told to', async () => {
    using folder = temporaryFolder()
    const target = await openStorage('memory:')
    await restore(target, await backupIn(folder), { forgetConsents: true })
    assert.equal((await countsIn(target)).consent, 0)
  })

  test('replaces data only when it is told to, and then all of it', async () => {
    using folder = temporaryFolder()
    const file = await backupIn(folder)
    const target = await openStorage('memory:')
    const token = aToken()
    await target.commit([{ kind: 'token.insert', token }])
    assert.equal(await holdsData(target), true)
    await assert.rejects(restore(target, file), { code: 'E_COPY_TARGET_NOT_EMPTY' })
    assert.ok(await target.tokens.find(token.id))
    await restore(target, file, { replace: true })
    assert.equal(await target.tokens.find(token.id), undefined)
  })

  test('that was cut short starts over without being asked', async () => {
    using folder = temporaryFolder()
    const file = await backupIn(folder)
    const target = await openStorage('memory:')
    let commits = 0
    const mortal: Storage = {
      ...target,
      commit: async (changes) => {
        if (++commits === 6) throw new Error('killed')
        return target.commit(changes)
      },
    }
    await assert.rejects(restore(mortal, file), /killed/)
    assert.equal((await readNote(target))?.task, 'restore')
    assert.equal(await holdsData(target), false)
    await restore(target, file)
    assert.equal(await readNote(target), undefined)
    assert.equal((await countsIn(target)).client, 2)
  })

  test('the epoch of a database that was never restored is the beginning of time', async () => {
    assert.equal(await restoreEpoch(await openStorage('memory:')), epochSeconds(0))
  })
})
