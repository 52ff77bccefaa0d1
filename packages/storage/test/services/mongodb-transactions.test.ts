import assert from 'node:assert/strict'
import { after } from 'node:test'
import { freshReplicaSetDatabase } from '@grantd/testkit/mongodb'
import { storageConformance } from '../../src/conformance/index.ts'
import { openStorage } from '../../src/index.ts'

// With transactions, through a stand-in for a replica set in front of the test server.
const databases: Awaited<ReturnType<typeof freshReplicaSetDatabase>>[] = []
const open = () => openStorage(databases[0]?.url ?? '', { requireTransactions: true })

storageConformance({
  name: 'mongodb, replica set',
  open: async () => {
    databases.unshift(await freshReplicaSetDatabase())
    return open()
  },
  openAgain: open,
})

after(async () => {
  const commits = databases
    .flatMap(({ commands }) => commands)
    .filter((command) => 'commitTransaction' in command)
  for (const database of databases) await database[Symbol.asyncDispose]()
  assert.ok(commits.length > 50, `only ${commits.length} transactions were committed`)
})
