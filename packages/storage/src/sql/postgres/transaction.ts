import { StorageError } from '@grantd/domain'
import type { QueryResult } from 'pg'
import { isAftermath, isLinkLoss } from './errors.ts'
import type { Link, Statement } from './link.ts'
import type { PreparedStatement } from './statements.ts'
import type { Step } from './unit.ts'

export const BEGIN: Statement = { text: 'BEGIN ISOLATION LEVEL READ COMMITTED' }
/** For units that have waited for a lock already: who still meets one is refused soon. */
export const BEGIN_HASTILY: Statement = {
  text: 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 50',
}
const COMMIT: Statement = { text: 'COMMIT' }
const ROLLBACK: Statement = { text: 'ROLLBACK' }

/** The connection broke, or the server could not vouch, after COMMIT was sent. */
export class Uncertain extends Error {
  constructor(cause: unknown) {
    super('the commit may have happened', { cause })
  }
}

/**
 * Sends statements together and waits for all answers. Rejects with the error that came first: those
 * behind it only say that the transaction has failed already.
 */
export async function send(link: Link, statements: readonly Statement[]): Promise<QueryResult[]> {
  link.cork()
  const sent = statements.map((statement) => link.query(statement))
  link.uncork()
  const answers = await Promise.allSettled(sent)
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  if (errors.length > 0) {
    throw errors.find(isLinkLoss) ?? errors.find((error) => !isAftermath(error)) ?? errors[0]
  }
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}

/**
 * Sends the end of a transaction: `statements` and COMMIT. Resolves when it is durable. Rejects with
 * `Uncertain` when nobody knows, with the server's error when it surely did not happen.
 */
export async function sendAndCommit(link: Link, statements: readonly Statement[]): Promise<void> {
  const warnings = link.warnings
  const answers = await sureOrUncertain(send(link, [...statements, COMMIT]))
  const command = answers.at(-1)?.command
  if (command !== 'COMMIT') {
    throw new StorageError('unavailable', { message: `COMMIT was answered with ${command}` })
  }
  if (link.warnings !== warnings) throw new Uncertain('the server warned while it committed')
}

/** One statement is a transaction by itself. */
export async function sendAlone(link: Link, statement: Statement): Promise<QueryResult> {
  const warnings = link.warnings
  const result = await sureOrUncertain(link.query(statement))
  if (link.warnings !== warnings) throw new Uncertain('the server warned while it committed')
  return result
}

async function sureOrUncertain<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw isLinkLoss(error) ? new Uncertain(error) : error
  }
}

/** A connection that cannot even roll back is of no more use. */
export async function rollBack(link: Link): Promise<void> {
  try {
    await link.query(ROLLBACK)
  } catch {
    link.destroy()
  }
}

/** One insert per table for all the rows that `steps` insert. */
export function insertsOf(steps: readonly Step[]): Statement[] {
  const byStatement = new Map<PreparedStatement, Step['values'][]>()
  for (const { statement, values } of steps) {
    const rows = byStatement.get(statement)
    if (rows === undefined) byStatement.set(statement, [values])
    else rows.push(values)
  }
  return [...byStatement].map(([statement, rows]) => {
    const [first] = rows
    return rows.length === 1 && first !== undefined ? statement.one(first) : statement.many(rows)
  })
}
