import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change, Storage } from '@grantd/domain'
import { freshReplicaSetDatabase } from '@grantd/testkit/mongodb'
import { aClient, aCode, aToken, aUser } from '../../src/conformance/samples.ts'
import { anEvent } from '../../src/conformance/samples-outbox.ts'
import { openStorage } from '../../src/index.ts'

type Commands = Awaited<ReturnType<typeof freshReplicaSetDatabase>>['commands']

/** What the server was told of one unit: each command with its transaction's number, if it has one. */
async function told(commands: Commands, work: () => Promise<unknown>) {
  const before = commands.length
  await work()
  return commands.slice(before).map((command) => {
    const [name = ''] = Object.keys(command)
    const { txnNumber } = command as { readonly txnNumber?: unknown }
    return { name, collection: String(command[name]), transaction: txnNumber && String(txnNumber) }
  })
}

async function withClient(storage: Storage): Promise<{ token: Change; code: Change }> {
  const [client, user] = [aClient(), aUser()]
  await storage.commit([
    { kind: 'client.insert', client },
    { kind: 'user.insert', user },
  ])
  const { id: clientId } = client
  const code = aCode({ clientId, userId: user.id })
  return {
    token: {
      kind: 'token.insert',
      token: aToken({ clientId, userId: undefined, familyId: undefined }),
    },
    code: { kind: 'code.insert', code },
  }
}

describe('events of the outbox on a replica set', () => {
  test('are in the transaction of the change they tell of', async () => {
    await using database = await freshReplicaSetDatabase()
    const storage = await openStorage(database.url, { requireTransactions: true })
    const { token } = await withClient(storage)
    const start = await storage.outbox.end()
    const unit: Change[] = [
      token,
      { kind: 'outbox.append', event: anEvent() },
      { kind: 'outbox.append', event: anEvent() },
    ]
    const commands = await told(database.commands, () => storage.commit(unit))
    const writes = commands.filter(({ name }) => name === 'insert' || name === 'update')
    const [first] = writes
    assert.ok(first?.transaction !== undefined, 'a transaction')
    for (const write of writes) assert.equal(write.transaction, first.transaction, write.collection)
    assert.equal(writes.filter(({ collection }) => collection === 'outbox').length, 1, 'one insert')
    assert.ok(writes.some(({ collection }) => collection !== 'outbox'))
    const end = commands.at(-1)
    assert.deepEqual([end?.name, end?.transaction], ['commitTransaction', first.transaction])
    assert.equal((await storage.outbox.read(start, 10)).length, 2)
    await storage.close()
  })

  test('of a unit that is refused are aborted with it', async () => {
    await using database = await freshReplicaSetDatabase()
    const storage = await openStorage(database.url, { requireTransactions: true })
    const { code, token } = await withClient(storage)
    const start = await storage.outbox.end()
    const lost = { sink: 'absent', epoch: 0, from: 0, to: 1 }
    const unit: Change[] = [
      code,
      token,
      { kind: 'outbox.append', event: anEvent() },
      { kind: 'outbox.advance', ...lost },
    ]
    const commands = await told(database.commands, async () => {
      assert.equal((await storage.commit(unit)).outcome, 'refused')
    })
    assert.ok(!commands.some(({ name }) => name === 'commitTransaction'))
    assert.deepEqual(await storage.outbox.read(start, 10), [])
    await storage.close()
  })
})
