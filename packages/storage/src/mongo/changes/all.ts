import type { Change } from '@grantd/domain'
import type { Operation, Recipes } from '../operation.ts'
import { accountChanges } from './accounts.ts'
import { grantChanges } from './grants.ts'
import { operationChanges } from './operations.ts'
import { peopleChanges } from './people.ts'
import { trailChanges } from './trail.ts'

/** Every change of the storage port as MongoDB commands. A kind without an entry fails the type check. */
export const CHANGES: Recipes = {
  ...accountChanges,
  ...peopleChanges,
  ...grantChanges,
  ...operationChanges,
  ...trailChanges,
}

/** A command together with the place of its change in the unit. */
export interface Step {
  readonly operation: Operation
  readonly index: number
}

export function stepsOf(changes: readonly Change[]): Step[] {
  return changes.flatMap((change, index) => {
    // Each recipe takes the change of its own kind; the union of functions cannot say so.
    const recipe = CHANGES[change.kind] as (change: Change) => readonly Operation[]
    return recipe(change).map((operation) => ({ operation, index }))
  })
}
