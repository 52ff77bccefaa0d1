import { type Document, type MongoClient, Timestamp } from 'mongodb'
import { Turns } from './turns.ts'
import { type Undo, undoOf } from './undo.ts'
import {
  type Answer,
  startWireServer,
  type WireServer,
  type WireServerOptions,
} from './wire-server.ts'

/** How long a transaction waits for another before it is told to begin anew. */
const COLLISION_MS = 25
/** Whoever leaves a transaction open loses it. */
const ABANDONED_MS = 5_000

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
 * a time, others wait, what is aborted is taken back. It shows that whole units work through
 * a driver's transactions; how a real replica set keeps them apart it cannot show.
 */
export async function startReplicaSet(
  behind: MongoClient,
  options: Pick<WireServerOptions, 'forgets'> = {},
): Promise<ReplicaSet> {
  const turns = new Turns()
  let undos: Undo[] = []
  let abandoned: NodeJS.Timeout | undefined
  const committed = new Set<string>()

  function release(): void {
    undos = []
    turns.pass()
  }

  async function rollBack(): Promise<void> {
    for (const undo of undos.toReversed()) await undo()
    release()
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
      const undo = await undoOf(behind.db(command.$db), command)
      if (undo !== undefined) undos.push(undo)
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

  /** Copies of the database, each as it was at the first read of a session that reads one moment. */
  const moments: string[] = []
  /** Which of them the last read of a session was about, for what it fetches of it. */
  const readBy = new Map<string, string>()
  async function copyOf(db: string): Promise<string> {
    const copy = `${db}_at_${moments.length}`
    moments.push(copy)
    for (const { name } of await behind.db(db).listCollections().toArray()) {
      const documents = await behind.db(db).collection(name).find({}).toArray()
      if (documents.length > 0) await behind.db(copy).collection(name).insertMany(documents)
    }
    return copy
  }

  async function ofOneMoment(session: string, command: Document): Promise<Answer> {
    const given: Timestamp | undefined = command.readConcern.atClusterTime
    const moment =
      (given === undefined ? undefined : moments[given.getLowBits()]) ?? (await copyOf(command.$db))
    readBy.set(session, moment)
    const answer = await pass({ ...command, $db: moment })
    if (answer !== 'cut' && answer.cursor !== undefined) {
      answer.cursor.atClusterTime = new Timestamp({ t: 1, i: moments.indexOf(moment) })
    }
    return answer
  }

  async function passAlone(session: string, command: Document): Promise<Answer> {
    if (command.readConcern?.level === 'snapshot') return ofOneMoment(session, command)
    const moment = 'getMore' in command ? readBy.get(session) : undefined
    if (moment === undefined) readBy.delete(session)
    return pass(moment === undefined ? command : { ...command, $db: moment })
  }

  const server = await startWireServer({
    ...options,
    handle: async (command) => {
      const [name = ''] = Object.keys(command)
      const session = `${command.lsid?.id.toString('hex')}`
      const id = `${session} ${command.txnNumber}`
      if (command.autocommit === false) return inTransaction(name, id, command)
      await turns.take(id)
      try {
        return await passAlone(session, command)
      } finally {
        turns.pass()
      }
    },
  })
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      for (const copy of moments) await behind.db(copy).dropDatabase()
    },
  }
}

const transient = (code: number, codeName: string): Document => ({
  ok: 0,
  code,
  codeName,
  errmsg: codeName,
  errorLabels: ['TransientTransactionError'],
})
