import type { SqlValue } from '../params.ts'
import type { PreparedStatement } from './statements.ts'

/** A statement of a unit with its values. */
export interface Step {
  readonly statement: PreparedStatement
  readonly values: readonly SqlValue[]
  /** Which statement of its unit it is. */
  readonly position: number
}

/** Reads the flat form that a `Plan` makes of changes. */
export function stepsOf(
  unit: readonly SqlValue[],
  statements: readonly PreparedStatement[],
): readonly Step[] {
  const steps: Step[] = []
  for (let at = 0; at < unit.length; ) {
    const statement = statements[Number(unit[at])]
    if (statement === undefined) throw new TypeError(`no statement ${unit[at]}`)
    const end = at + 1 + statement.arity
    steps.push({ statement, values: unit.slice(at + 1, end), position: steps.length })
    at = end
  }
  return steps
}

/**
 * True when the unit may share statements with others: its guards and one-row writes can run before
 * its inserts without changing what either does. A write that is no guard must not come together
 * with a guard, since it would have to wait for the verdict.
 */
export function mayShare(steps: readonly Step[]): boolean {
  if (steps.every(({ statement }) => statement.shape === 'rows')) return true
  const first = steps.filter(({ statement }) => statement.shape !== 'rows')
  if (first.some(({ statement }) => statement.shape === 'many')) return false
  const writes = first.filter(({ statement }) => statement.guard === 'none' && !statement.isLock)
  if (writes.length > 0 && writes.length < first.length) return false
  // A row that the unit itself inserts is not there yet when its guards are judged.
  return !first.some((step) =>
    steps.some(
      (other) =>
        other.statement.shape === 'rows' &&
        other.position < step.position &&
        other.statement.rank === step.statement.rank &&
        other.statement.keyOf(other.values) === step.statement.keyOf(step.values),
    ),
  )
}
