import {
  type Client,
  type EpochSeconds,
  type Page,
  StorageError,
  type TokenStatus,
} from '@grantd/domain'
import { Binary, type Db, type Document, type Sort } from 'mongodb'
import { reading } from './errors.ts'
import { decode, type Kind, uuid } from './kind.ts'
import { CLIENT, DELETED_CLIENTS, FAMILY, TOKEN, USER } from './kinds.ts'
import type { Stored } from './run-operation.ts'

/** Reads of one database as values of the domain. Every one throws StorageError. */
export class Reads {
  readonly #database: Db

  constructor(database: Db) {
    this.#database = database
  }

  async find<Value extends object>(
    kind: Kind<Value>,
    filter: Document,
  ): Promise<Value | undefined> {
    const found = await this.raw(kind.collection, filter)
    return found === undefined ? undefined : decoded(kind, found)
  }

  async list<Value extends object>(
    kind: Kind<Value>,
    filter: Document,
    options: { readonly sort: Sort; readonly limit?: number },
  ): Promise<readonly Value[]> {
    const collection = this.#collection(kind.collection)
    const found = await reading(() => collection.find(filter, options).toArray())
    return found.map((document) => decoded(kind, document))
  }

  /** Newest first, after the row with the id `page.after`. */
  page<Value extends object>(
    kind: Kind<Value>,
    page: Page,
    { key = '_id', where = {} }: { readonly key?: string; readonly where?: Document } = {},
  ): Promise<readonly Value[]> {
    const older = page.after === undefined ? {} : { [key]: { $lt: uuid(page.after) } }
    const filter = { ...where, ...older }
    return this.list(kind, filter, { sort: { [key]: -1 }, limit: page.limit })
  }

  /** What waits for an attempt at `at`, the longest waiting first. */
  due<Value extends object>(
    kind: Kind<Value>,
    at: EpochSeconds,
    limit: number,
  ): Promise<readonly Value[]> {
    const sort = { nextAttemptAt: 1, _id: 1 } as const
    return this.list(kind, { nextAttemptAt: { $lte: at } }, { sort, limit })
  }

  /** Clients have no time-ordered `_id`; a page may continue after a row id or a client id. */
  async clients(page: Page): Promise<readonly Client[]> {
    if (page.after === undefined) return this.page(CLIENT, page, { key: 'rowId' })
    const last = await this.find(CLIENT, { _id: page.after })
    return this.page(CLIENT, { ...page, after: last?.rowId ?? page.after }, { key: 'rowId' })
  }

  async count(collection: string, filter: Document): Promise<number> {
    return reading(() => this.#collection(collection).countDocuments(filter))
  }

  async raw(collection: string, filter: Document): Promise<Document | undefined> {
    return (await reading(() => this.#collection(collection).findOne(filter))) ?? undefined
  }

  async rawSorted(
    collection: string,
    filter: Document,
    options: { readonly sort: Sort; readonly limit?: number },
  ): Promise<Document[]> {
    return reading(() => this.#collection(collection).find(filter, options).toArray())
  }

  async rawList(collection: string, filter: Document): Promise<Document[]> {
    return reading(() => this.#collection(collection).find(filter).toArray())
  }

  /**
   * A token with all that can end it early, in one command. A family or user that is not there counts
   * as revoked or inactive: what is missing must not open a door.
   */
  async token(id: string): Promise<TokenStatus | undefined> {
    const stages = [
      { $match: { _id: uuid(id) } },
      joined(FAMILY.collection, 'familyId', 'family'),
      joined(USER.collection, 'userId', 'user'),
      joined(DELETED_CLIENTS, 'clientId', 'deleted'),
    ]
    const found = await this.#aggregate(TOKEN.collection, stages)
    if (found === undefined) return undefined
    const { family: families, user: users, deleted, ...stored } = found
    if (isDead(deleted?.[0], stored._id)) return undefined
    const token = decoded(TOKEN, stored)
    const [family] = families ?? []
    const [user] = users ?? []
    return Object.freeze({
      token,
      isFamilyRevoked:
        token.familyId !== undefined && (family === undefined || family.revokedAt !== undefined),
      isUserActive: token.userId === undefined || user?.isEnabled === true,
      username: user?.username,
    })
  }

  async #aggregate(collection: string, stages: Document[]): Promise<Document | undefined> {
    const found = await reading(() => this.#collection(collection).aggregate(stages).toArray())
    return found[0]
  }

  #collection(name: string) {
    return this.#database.collection<Stored>(name)
  }
}

const joined = (from: string, localField: string, as: string): Document => ({
  $lookup: { from, localField, foreignField: '_id', as },
})

/** Whether what was granted under `id` went with its client. `deleted`: what that client left. */
export function isDead(deleted: Document | undefined, id: unknown): boolean {
  if (deleted === undefined) return false
  if (!(deleted.before instanceof Binary) || !(id instanceof Binary)) return true
  return Buffer.compare(id.buffer, deleted.before.buffer) < 0
}

function decoded<Value extends object>(kind: Kind<Value>, document: Document): Value {
  try {
    return decode(kind, document)
  } catch (cause) {
    throw new StorageError('corrupt', { cause })
  }
}
