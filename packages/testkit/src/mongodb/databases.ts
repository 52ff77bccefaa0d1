import { MongoClient } from 'mongodb'
import { type ReplicaSet, startReplicaSet } from './replica-set.ts'

/** Where `scripts/services.sh up` starts the server, unless the environment names another one. */
export const SERVER: string =
  process.env.GRANTD_TEST_MONGODB_URL ??
  `mongodb://127.0.0.1:${process.env.GRANTD_TEST_MONGODB_PORT ?? 64_330}/`

export interface TestDatabase extends AsyncDisposable {
  readonly url: string
  readonly name: string
}

let made = 0

/** An empty database of its own for a test; it is dropped at the end. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `grantd_test_${process.pid}_${made++}`
  const client = await connected()
  return {
    name,
    url: urlOf(name),
    [Symbol.asyncDispose]: async () => {
      try {
        await client.db(name).dropDatabase()
      } finally {
        await client.close()
      }
    },
  }
}

/**
 * The same behind a replica set of the test's own, so that units are transactions. `behind` is the
 * database without it: for filling, before anybody else works on it.
 */
export async function freshReplicaSetDatabase(
  options: Parameters<typeof startReplicaSet>[1] = {},
): Promise<TestDatabase & ReplicaSet & { readonly behind: string }> {
  const database = await freshDatabase()
  const behind = await connected()
  const replicaSet = await startReplicaSet(behind, options)
  return {
    ...replicaSet,
    name: database.name,
    behind: database.url,
    url: `mongodb://${replicaSet.address}/${database.name}`,
    [Symbol.asyncDispose]: async () => {
      await replicaSet[Symbol.asyncDispose]()
      await behind.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** A URL may name several hosts, which `URL` does not read. */
function urlOf(name: string): string {
  return SERVER.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${name}`)
}

async function connected(): Promise<MongoClient> {
  const client = new MongoClient(SERVER, { serverSelectionTimeoutMS: 5_000 })
  try {
    await client.connect()
    await client.db('admin').command({ ping: 1 })
    return client
  } catch (cause) {
    await client.close()
    const hint = 'start it with `bash scripts/services.sh up mongodb`'
    throw new Error(`the MongoDB server of the tests does not answer; ${hint}`, { cause })
  }
}
