import { after } from 'node:test'
import { freshDatabase } from '@grantd/testkit/mongodb'
import { storageConformance } from '../../src/conformance/index.ts'
import { openStorage } from '../../src/index.ts'

// Without transactions: on a server alone, as it is allowed for development.
const databases: Awaited<ReturnType<typeof freshDatabase>>[] = []

storageConformance({
  name: 'mongodb, standalone',
  open: async () => {
    databases.unshift(await freshDatabase())
    return openStorage(databases[0]?.url ?? '')
  },
  openAgain: () => openStorage(databases[0]?.url ?? ''),
})

after(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]()
})
