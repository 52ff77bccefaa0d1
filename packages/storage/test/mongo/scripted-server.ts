import { type Answer, startWireServer, type WireServer } from '@grantd/testkit/mongodb'
import type { Document } from 'mongodb'
import { MIGRATIONS } from '../../src/mongo/schema.ts'
import { openStorage } from '../../src/registry.ts'

/** Answers in place of the usual one for the next commands of that name, in order. */
export type Script = Partial<Record<string, Answer[]>>

/**
 * A server that says yes to everything but what `script` holds, with a storage opened on it. It stores
 * nothing: what counts is what it is asked.
 */
export async function openScripted(script: Script = {}) {
  let isOpen = false // opening looks at the schema; that is not what the script is about
  const server = await startWireServer({
    handle: (command) => {
      const [name = ''] = Object.keys(command)
      return (isOpen ? script[name]?.shift() : undefined) ?? usual(name, command)
    },
  })
  const storage = await openStorage(`mongodb://${server.address}/?replicaSet=rs0`, {
    busyTimeoutMs: 500,
  })
  isOpen = true
  const start = server.commands.length
  return {
    storage,
    /** Commands since the storage was opened, of these names when there are any. */
    commands: (...names: string[]) =>
      server.commands
        .slice(start)
        .filter((command) => names.length === 0 || names.includes(nameOf(command))),
    [Symbol.asyncDispose]: async () => {
      await storage.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

export type Scripted = Awaited<ReturnType<typeof openScripted>>
export type { WireServer }

export const nameOf = (command: Document): string => Object.keys(command)[0] ?? ''

export function usual(name: string, command: Document): Document {
  switch (name) {
    case 'find': {
      const found = command.find === 'schema_history' ? history() : [{ _id: 'found' }]
      return { ok: 1, cursor: { id: 0n, ns: `${command.$db}.${command.find}`, firstBatch: found } }
    }
    case 'insert':
      return { ok: 1, n: command.documents.length }
    case 'update':
      return { ok: 1, n: 1, nModified: 1 }
    case 'delete':
      return { ok: 1, n: 1 }
    default:
      return { ok: 1 }
  }
}

const history = () =>
  MIGRATIONS.map(({ version, script, checksum }, n) => ({
    _id: version,
    rank: n + 1,
    script,
    checksum,
  }))
