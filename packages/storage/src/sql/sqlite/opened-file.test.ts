import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { StorageError } from '@grantd/domain'
import { aUser } from '../../conformance/samples.ts'
import { openSqlite } from './storage.ts'

describe('a database file that is taken away while it is open', () => {
  for (const [what, takeAway] of [
    ['moved', (file: string, aside: string) => renameSync(file, aside)],
    [
      'replaced by a copy of itself',
      (file: string, aside: string) => {
        renameSync(file, aside)
        copyFileSync(aside, file)
      },
    ],
  ] as const) {
    test(`${what}: nothing is acknowledged, not even as ready, until it is back`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'grantd-file-'))
      const file = path.join(folder, 'g.db')
      const storage = await openSqlite(`sqlite:${file}`, {})
      try {
        await storage.commit([{ kind: 'user.insert', user: aUser() }])
        takeAway(file, `${file}.aside`)
        const isLoss = (error: unknown) =>
          error instanceof StorageError &&
          error.kind === 'unavailable' &&
          /while it was open; put it back, or restart/.test(`${error.message} ${error.cause}`)
        await assert.rejects(storage.commit([{ kind: 'user.insert', user: aUser() }]), isLoss)
        await assert.rejects(storage.ping(), isLoss)
        rmSync(file, { force: true })
        renameSync(`${file}.aside`, file)
        await storage.ping()
        await storage.commit([{ kind: 'user.insert', user: aUser() }])
      } finally {
        await storage.close()
        rmSync(folder, { recursive: true })
      }
    })
  }
})
