import type { Binary, Db, Document, Filter } from 'mongodb'

/** Takes one command back. */
export type Undo = () => Promise<void>

interface Kept extends Document {
  readonly _id: Binary | string
}

interface Statement {
  readonly filter: Filter<Kept>
  readonly isUpsert: boolean
}

/**
 * What takes `command` back, read from the documents that it is about to change; so it is to be asked for
 * before the command runs. `undefined` for a command that writes nothing.
 */
export async function undoOf(database: Db, command: Document): Promise<Undo | undefined> {
  const [name = ''] = Object.keys(command)
  const collection = database.collection<Kept>(command[name])

  async function undoInsert(documents: readonly Kept[]): Promise<Undo> {
    const ids = documents.map(({ _id }) => _id)
    const before = await collection.find({ _id: { $in: ids } }).toArray()
    const kept = before.map(({ _id }) => _id)
    return async () => {
      await collection.deleteMany({ _id: { $in: ids, $nin: kept } })
    }
  }

  /** All that the statements may change or make, as it is now. */
  async function undoChanges(statements: readonly Statement[]): Promise<Undo> {
    const [first, ...others] = statements
    // What an upsert makes has a known id; so must all have whose turn comes after another's change.
    const byId = first === undefined || others.length > 0 || first.isUpsert
    const ids = byId ? statements.map(({ filter }) => idOf(filter)) : []
    const found = byId ? collection.find({ _id: { $in: ids } }) : collection.find(first.filter)
    const before = await found.toArray()
    const kept = before.map(({ _id }) => _id)
    return async () => {
      await collection.deleteMany({ _id: { $in: ids, $nin: kept } })
      for (const document of before) {
        await collection.replaceOne({ _id: document._id }, document, { upsert: true })
      }
    }
  }

  switch (name) {
    case 'insert':
      return undoInsert(command.documents)
    case 'update':
      return undoChanges(
        command.updates.map(({ q, upsert }: Document) => ({
          filter: q,
          isUpsert: upsert === true,
        })),
      )
    case 'delete':
      return undoChanges(command.deletes.map(({ q }: Document) => ({ filter: q, isUpsert: false })))
    case 'findAndModify':
      return undoChanges([{ filter: command.query, isUpsert: command.upsert === true }])
    default:
      return undefined
  }
}

function idOf({ _id }: Filter<Kept>): Kept['_id'] {
  if (_id !== undefined) return _id as Kept['_id'] // with more than a value it would find nothing
  throw new Error('the stand-in cannot take back what has no _id')
}
