import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import type { Change, Storage } from '@grantd/domain'
import type { ConformanceTarget } from './suite.ts'

/** A suite on one storage that is opened before its tests and closed after them. */
export function suiteOn(
  target: ConformanceTarget,
  title: string,
  tests: (storage: () => Storage) => void,
): void {
  describe(`${target.name}: ${title}`, () => {
    let opened: Storage | undefined
    before(async () => {
      opened = await target.open()
    })
    after(() => opened?.close())
    tests(() => {
      if (opened === undefined) throw new Error('the storage is not open yet')
      return opened
    })
  })
}

/** Commits `changes` and asserts that no guard was lost. */
export async function write(storage: Storage, ...changes: readonly Change[]): Promise<void> {
  assert.deepEqual(await storage.commit(changes), { outcome: 'committed' })
}

/** Asserts that the guard of change `index` is lost. */
export async function refuse(
  storage: Storage,
  index: number,
  ...changes: readonly Change[]
): Promise<void> {
  assert.deepEqual(await storage.commit(changes), { outcome: 'refused', index })
}

/** Asserts a unique violation. */
export async function clash(storage: Storage, ...changes: readonly Change[]): Promise<void> {
  await assert.rejects(storage.commit(changes), { name: 'StorageError', kind: 'conflict' })
}

/** Asserts that a value and the lists in it cannot be changed by whoever reads it. */
export function assertFrozen(value: unknown): void {
  assert.ok(Object.isFrozen(value), 'the value is not frozen')
  for (const field of Object.values(value as object)) {
    if (typeof field === 'object' && field !== null) assertFrozen(field)
  }
}
