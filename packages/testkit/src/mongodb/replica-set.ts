import type { Document, MongoClient } from 'mongodb'
import { Turns } from './turns.ts'
import { type Answer, startWireServer, type WireServer } from './wire-server.ts'

/** How long a transaction waits for another before it is told to begin anew. */
const COLLISION_MS = 25
/** Whoever leaves a transaction open loses it. */
const ABANDONED_MS = 5_000

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify'])
const OF_SESSIONS = new Set([
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  '$clusterTime',
  '$db',
  '$readPreference',
  'readConcern',
  'writeConcern',
])

export type ReplicaSet = WireServer

/**
 * Stands in front of a server without transactions and adds them in the simplest way there is: one at
 * a time, others wait, what is aborted is put back from a copy. It shows that whole units work through
 * a driver's transactions; how a real replica set keeps them apart it cannot show.
 */
export async function startReplicaSet(behind: MongoClient): Promise<ReplicaSet> {
  const turns = new Turns()
  let copies = new Map<string, { readonly db: string; readonly documents: Document[] }>()
  let abandoned: NodeJS.Timeout | undefined
  const committed = new Set<string>()

  function release(): void {
    copies = new Map()
    turns.pass()
  }

  async function rollBack(): Promise<void> {
    for (const [collection, { db, documents }] of copies) {
      await behind.db(db).collection(collection).deleteMany({})
      if (documents.length > 0) await behind.db(db).collection(collection).insertMany(documents)
    }
    release()
  }

  async function copyFirst(name: string, command: Document): Promise<void> {
    const [db, collection] = [command.$db, command[name]]
    if (!WRITES.has(name) || copies.has(collection)) return
    const documents = await behind.db(db).collection(collection).find({}).toArray()
    copies.set(collection, { db, documents })
  }

  async function inTransaction(name: string, id: string, command: Document): Promise<Answer> {
    if (command.startTransaction === true && !(await turns.take(id, COLLISION_MS))) {
      return transient(112, 'WriteConflict')
    }
    if (name === 'commitTransaction' && committed.has(id)) return { ok: 1 }
    if (turns.holder !== id) return transient(251, 'NoSuchTransaction')
    clearTimeout(abandoned)
    if (name === 'commitTransaction') {
      committed.add(id)
      release()
      return { ok: 1 }
    }
    if (name === 'abortTransaction') {
      await rollBack()
      return { ok: 1 }
    }
    try {
      await copyFirst(name, command)
      return await pass(command)
    } finally {
      abandoned = setTimeout(rollBack, ABANDONED_MS).unref()
    }
  }

  async function pass(command: Document): Promise<Answer> {
    const kept = Object.entries(command).filter(([name]) => !OF_SESSIONS.has(name))
    const passed: Document = Object.fromEntries(kept)
    // Numbers of cursors are 64-bit on the wire, also the small ones.
    if ('getMore' in passed) passed.getMore = BigInt(passed.getMore)
    try {
      const answer = await behind.db(command.$db).command(passed)
      if (answer.cursor !== undefined) answer.cursor.id = BigInt(answer.cursor.id)
      return answer
    } catch (error) {
      const response = (error as { errorResponse?: Document }).errorResponse // of a MongoServerError
      if (response === undefined) throw error
      return { ...response, ok: 0 }
    }
  }

  return startWireServer({
    handle: async (command) => {
      const [name = ''] = Object.keys(command)
      const id = `${command.lsid?.id.toString('hex')} ${command.txnNumber}`
      if (command.autocommit === false) return inTransaction(name, id, command)
      await turns.take(id)
      try {
        return await pass(command)
      } finally {
        turns.pass()
      }
    },
  })
}

const transient = (code: number, codeName: string): Document => ({
  ok: 0,
  code,
  codeName,
  errmsg: codeName,
  errorLabels: ['TransientTransactionError'],
})
