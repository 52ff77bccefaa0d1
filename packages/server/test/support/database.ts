import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freshDatabase } from '@grantd/testkit/postgres'

/** What a test server keeps its data in; gone at the end. */
export type TestDatabase = AsyncDisposable & { readonly url: string }

/**
 * Memory, or, with `GRANTD_TEST_STORAGE=sqlite` in the environment, a file, or, with `=postgresql` or
 * `=mongodb`, an empty database on the server that `scripts/services.sh up` starts: the same flows run
 * there (stored-flows.ts).
 */
export async function testDatabase(): Promise<TestDatabase> {
  const storage = process.env.GRANTD_TEST_STORAGE ?? 'memory'
  if (storage === 'postgresql') return freshDatabase()
  if (storage === 'mongodb') {
    return (await import('@grantd/testkit/mongodb')).freshReplicaSetDatabase()
  }
  if (storage === 'sqlite') return freshFile()
  if (storage !== 'memory') throw new Error(`GRANTD_TEST_STORAGE=${storage}: there is no such one`)
  return { url: 'memory:', [Symbol.asyncDispose]: async () => {} }
}

function freshFile(): TestDatabase {
  const folder = mkdtempSync(path.join(tmpdir(), 'grantd-sqlite-'))
  return {
    url: `sqlite:${path.join(folder, 'grantd.db')}`,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  }
}
