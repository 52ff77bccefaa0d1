import { after } from 'node:test'
import { freshDatabase } from '@grantd/testkit/postgres'
import { storageConformance } from '../../src/conformance/index.ts'
import { openStorage } from '../../src/index.ts'

const databases: Awaited<ReturnType<typeof freshDatabase>>[] = []

storageConformance({
  name: 'postgresql',
  open: async () => {
    const database = await freshDatabase()
    databases.push(database)
    return openStorage(database.url)
  },
  openAgain: () => openStorage(databases.at(-1)?.url ?? ''),
})

after(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]()
})
