import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Change, insertionOf, type Storage, systemClock } from '@grantd/domain'
import { aToken, NOW } from '../conformance/samples.ts'
import { bareRows, filledRows } from '../conformance/samples-rows.ts'
import { openStorage } from '../registry.ts'
import { temporaryFolder } from '../sql/sqlite/testing.ts'
import { moveAll } from './move.ts'
import { readNote } from './note.ts'
import { SLICE_ROWS, tallyOf } from './transfer.ts'

const move = (source: Storage, target: Storage, from = 'a source') =>
  moveAll({ source, target, from, clock: systemClock })

/** More tokens than a slice holds, and some of everything. */
async function filledSource(): Promise<Storage> {
  const source = await openStorage('memory:')
  const tokens = Array.from({ length: 2 * SLICE_ROWS }, () => aToken())
  await source.commit([...filledRows(), ...bareRows()].map(insertionOf))
  await source.commit(tokens.map((token) => ({ kind: 'token.insert', token }) as const))
  return source
}

/** A storage whose process dies in the commit number `dieAt`: before it, or after it without an answer. */
function mortal(storage: Storage, dieAt: number, isWritten: boolean): Storage {
  let commits = 0
  return {
    ...storage,
    commit: async (changes: readonly Change[]) => {
      if (++commits < dieAt) return storage.commit(changes)
      if (commits === dieAt && isWritten) await storage.commit(changes)
      throw new Error('killed')
    },
  }
}

describe('a move', () => {
  test('brings every row over, says so, and leaves the source as it was', async () => {
    using folder = temporaryFolder()
    const source = await filledSource()
    const before = (await tallyOf(source)).report()
    const target = await openStorage(`sqlite:${folder.path('a.db')}`, { isCopyTarget: true })
    const report = await move(source, target)
    assert.deepEqual(report, before)
    assert.deepEqual((await tallyOf(source)).report(), before)
    const [note] = await target.audit.list({ limit: 1 })
    assert.equal(note?.action, 'database.moved')
    await target.close()
    const served = await openStorage(`sqlite:${folder.path('a.db')}`)
    await served.close()
  })

  test('that dies at any commit goes on where it stopped, and nobody serves from it meanwhile', async () => {
    const source = await filledSource()
    const commits = 30 // 26 kinds, two more slices of tokens, the notes at both ends
    for (let dieAt = 2; dieAt <= commits; dieAt++) {
      const target = await openStorage('memory:')
      await assert.rejects(move(source, mortal(target, dieAt, dieAt % 2 === 0)), /killed/)
      if (dieAt === commits) continue // the last one removes the note
      assert.notEqual(await readNote(target), undefined, `no note after ${dieAt}`)
      const written: number[] = []
      const report = await moveAll({
        source,
        target,
        from: 'a source',
        clock: systemClock,
        onProgress: ({ task, rows }) => task === 'write' && written.push(rows),
      })
      assert.deepEqual(report, (await tallyOf(source)).report())
      assert.ok(written.length <= commits - dieAt + 1, 'it started over')
    }
  })

  test('refuses a target that holds other data, and touches nothing of it', async () => {
    const source = await filledSource()
    const target = await openStorage('memory:')
    await target.commit([{ kind: 'token.insert', token: aToken() }])
    await assert.rejects(move(source, target), { code: 'E_COPY_TARGET_NOT_EMPTY' })
    assert.equal((await tallyOf(target)).total, 1)
  })

  test('refuses the beginning of another copy', async () => {
    const source = await filledSource()
    const target = await openStorage('memory:')
    await assert.rejects(move(source, mortal(target, 4, true), 'one'), /killed/)
    await assert.rejects(move(source, target, 'another'), { code: 'E_COPY_UNFINISHED' })
  })

  test('a source that is written to meanwhile is found out, and the target is empty again', async () => {
    const source = await filledSource()
    const token = aToken()
    await source.commit([{ kind: 'token.insert', token }])
    const changing: Storage = {
      ...source,
      snapshot: async () => {
        const snapshot = await source.snapshot()
        await source.commit([{ kind: 'token.revoke', id: token.id, at: NOW }])
        return snapshot
      },
    }
    const target = await openStorage('memory:')
    await assert.rejects(move(changing, target), {
      code: 'E_COPY_SOURCE_CHANGED',
      message: /token/,
    })
    assert.equal((await tallyOf(target)).total, 0)
    await move(source, target)
  })

  test('an unfinished copy is no database to start on', async () => {
    using folder = temporaryFolder()
    const source = await filledSource()
    const url = `sqlite:${folder.path('a.db')}`
    const target = await openStorage(url, { isCopyTarget: true })
    await assert.rejects(move(source, mortal(target, 5, true)), /killed/)
    await target.close()
    await assert.rejects(openStorage(url), { code: 'E_COPY_UNFINISHED', message: /run the same/ })
  })
})
