import { freshDatabase } from '@grantd/testkit/postgres'

/** What a test server keeps its data in; gone at the end. */
export type TestDatabase = AsyncDisposable & { readonly url: string }

/**
 * Memory, or, with `GRANTD_TEST_STORAGE=postgresql` or `=mongodb` in the environment, an empty database
 * on the server that `scripts/services.sh up` starts: services tests run the same flows there.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const storage = process.env.GRANTD_TEST_STORAGE ?? 'memory'
  if (storage === 'postgresql') return freshDatabase()
  if (storage === 'mongodb') {
    return (await import('@grantd/testkit/mongodb')).freshReplicaSetDatabase()
  }
  if (storage !== 'memory') throw new Error(`GRANTD_TEST_STORAGE=${storage}: there is no such one`)
  return { url: 'memory:', [Symbol.asyncDispose]: async () => {} }
}
