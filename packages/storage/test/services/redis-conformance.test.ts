// The suite of every backend, behind the cache: nothing that is remembered may show.

import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import { freshDatabase } from '@grantd/testkit/postgres'
import { REDIS } from '@grantd/testkit/redis'
import { storageConformance } from '../../src/conformance/index.ts'
import { cacheInRedis, type OpenedStorage, openStorage } from '../../src/index.ts'
import { openMemory } from '../../src/memory/storage.ts'

const encryptionKey = randomBytes(32)
const cached = (storage: OpenedStorage, scope: string) =>
  cacheInRedis(storage, { url: REDIS, encryptionKey, scope, sessions: true })

let opened = 0

storageConformance({
  name: 'memory behind Redis',
  open: () => cached(openMemory({}), `memory ${opened++}`),
})

const databases: Awaited<ReturnType<typeof freshDatabase>>[] = []

storageConformance({
  name: 'postgresql behind Redis',
  open: async () => {
    const database = await freshDatabase()
    databases.push(database)
    return cached(await openStorage(database.url), database.url)
  },
  openAgain: async () => {
    const url = databases.at(-1)?.url ?? ''
    return cached(await openStorage(url), url)
  },
})

after(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]()
})
