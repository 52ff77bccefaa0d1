import { type Db, type Document, MongoServerError } from 'mongodb'
import { withDatabase } from './connect.ts'
import { INDEXES, type IndexPlan } from './schema.ts'

const NAMESPACE_NOT_FOUND = 26

/**
 * Indexes that are missing or are not what grantd made; a sentence each. Without a unique one two
 * accounts could share a name. The server checks its own files: `db.collection.validate()`.
 */
export function findMongoDamage(url: string): Promise<readonly string[]> {
  return withDatabase(url, async (database) => {
    const collections = [...new Set(INDEXES.map(({ collection }) => collection))]
    const problems = await Promise.all(collections.map((name) => problemsOf(database, name)))
    return problems.flat()
  })
}

async function problemsOf(database: Db, collection: string): Promise<string[]> {
  const found = await indexesOf(database, collection)
  return INDEXES.filter((plan) => plan.collection === collection).flatMap((plan) => {
    const index = found.find(({ key }) => JSON.stringify(key) === JSON.stringify(plan.key))
    const name = `the index ${nameOf(plan)} of ${collection}`
    if (index === undefined) return [`${name} is missing; make it with: ${commandOf(plan)}`]
    if (plan.unique === true && index.unique !== true) {
      return [`${name} is not unique; drop it, then: ${commandOf(plan)}`]
    }
    return []
  })
}

async function indexesOf(database: Db, collection: string): Promise<Document[]> {
  try {
    return await database.collection(collection).indexes()
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return []
    throw error
  }
}

const nameOf = ({ key }: IndexPlan) => JSON.stringify(key)

function commandOf({ collection, key, ...options }: IndexPlan): string {
  return `db.${collection}.createIndex(${JSON.stringify(key)}, ${JSON.stringify(options)})`
}
