import type { Link, Statement } from './link.ts'
import { BEGIN, insertsOf, rollBack, send, sendAlone, sendAndCommit } from './transaction.ts'
import type { Step } from './unit.ts'

/** A unit as a batch sees it. */
export type Unit = readonly Step[]

/** A guard was lost by a unit that had won another one; it can only be undone by itself. */
export class HalfWon extends Error {
  /** Numbers of the units within the batch. */
  readonly units: ReadonlySet<number>

  constructor(units: ReadonlySet<number>) {
    super('some units won one guard and lost another')
    this.units = units
  }
}

interface Early {
  readonly unit: number
  readonly step: Step
}

/**
 * Writes units that may share statements in one transaction. First all guards and one-row writes, in
 * the order of locks; then, for the units that lost none, one insert per table; then COMMIT. Resolves,
 * for each unit, to 0 or to `-1 - position` of the guard it lost. On any error nothing is written,
 * except that `Uncertain` may have been.
 */
export async function commitTogether(
  link: Link,
  units: readonly Unit[],
  begin: Statement = BEGIN,
): Promise<number[]> {
  const early = units.flatMap((unit, number) =>
    unit.flatMap((step) => (step.statement.shape === 'row' ? [{ unit: number, step }] : [])),
  )
  const inserts = (number: number) =>
    units[number]?.filter(({ statement }) => statement.shape === 'rows') ?? []
  const results = units.map(() => 0)
  if (early.length === 0) {
    const statements = insertsOf(units.flatMap((_, number) => inserts(number)))
    const [only] = statements
    if (statements.length === 1 && only !== undefined && begin === BEGIN)
      await sendAlone(link, only)
    else await inTransaction(link, () => sendAndCommit(link, [begin, ...statements]))
    return results
  }
  await inTransaction(link, async () => {
    await judge(link, { begin, early, results })
    const winners = results.flatMap((result, number) => (result < 0 ? [] : inserts(number)))
    if (results.every((result) => result < 0)) await rollBack(link)
    else await sendAndCommit(link, insertsOf(winners))
  })
  return results
}

/** Runs what comes early and notes in `results` who lost. */
async function judge(
  link: Link,
  { begin, early, results }: { begin: Statement; early: Early[]; results: number[] },
): Promise<void> {
  early.sort(byLock)
  const statements: Statement[] = []
  const known = new Map<string, number>()
  const places = early.map(({ step: { statement, values } }) => {
    // What only looks and locks answers all units of the batch that ask the same.
    const key = statement.isLock || statement.guard === 'exists' ? statement.sameness(values) : ''
    const place = known.get(key) ?? statements.push(statement.one(values)) - 1
    if (key !== '') known.set(key, place)
    return place
  })
  const answers = (await send(link, [begin, ...statements])).slice(1)
  const winners = new Set<number>()
  early.forEach(({ unit, step }, n) => {
    const { guard } = step.statement
    if (guard === 'none') return
    const isLost = (answers[places[n] ?? -1]?.rowCount ?? 0) === 0
    const before = results[unit] ?? 0
    const lost = -1 - step.position
    if (isLost) results[unit] = before < 0 ? Math.max(before, lost) : lost
    else if (guard === 'changes') winners.add(unit)
  })
  const half = new Set([...winners].filter((unit) => (results[unit] ?? 0) < 0))
  if (half.size > 0) throw new HalfWon(half)
}

/** By table, then by row; on the same row those that change it go before those that only require it. */
function byLock(a: Early, b: Early): number {
  const [left, right] = [a.step.statement, b.step.statement]
  if (left.rank !== right.rank) return left.rank - right.rank
  const [leftKey, rightKey] = [left.keyOf(a.step.values), right.keyOf(b.step.values)]
  if (leftKey !== rightKey) return leftKey < rightKey ? -1 : 1
  return Number(left.guard === 'exists') - Number(right.guard === 'exists')
}

/**
 * Writes one unit by itself, statement by statement where a guard must be judged. Resolves to the
 * rows it changed, or below zero as above.
 */
export async function commitAlone(
  link: Link,
  unit: Unit,
  begin: Statement = BEGIN,
): Promise<number> {
  return inTransaction(link, async () => {
    let changed = 0
    let unsent = [begin]
    for (const { statement, values, position } of unit) {
      unsent.push(statement.one(values))
      const answers = await send(link, unsent)
      unsent = []
      const rows = answers.at(-1)?.rowCount ?? 0
      if (rows === 0 && statement.guard !== 'none') {
        await rollBack(link)
        return -1 - position
      }
      changed += statement.guard === 'exists' || statement.isLock ? 0 : rows
    }
    await sendAndCommit(link, unsent)
    return changed
  })
}

/** An error leaves no transaction open on the connection. */
async function inTransaction<Result>(link: Link, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (link.isUsable) await rollBack(link)
    throw error
  }
}
