import type { Change } from '@grantd/domain'
import { type Param, paramList, paramsOf, type SqlValue } from './params.ts'
import type { Builder, Guard, Kind, Recipe, Recipes, Step } from './recipe.ts'

/** A statement as the writer prepares it. `bytes` are the positions that hold base64url text. */
export interface StatementText {
  readonly sql: string
  readonly arity: number
  readonly bytes: readonly number[]
  readonly guard: Guard
  readonly givesPlace?: boolean
}

interface PlannedStep {
  readonly statement: number
  readonly params: readonly Param<never>[]
  readonly when: ((change: never) => boolean) | undefined
}

/**
 * All statements of all kinds of change, compiled once. A unit becomes one flat list: statement
 * number, its values, statement number, its values, and so on.
 */
export class Plan {
  readonly statements: StatementText[] = []
  readonly #steps = new Map<Kind, readonly PlannedStep[]>()
  readonly #builder: Builder

  constructor(builder: Builder, recipes: Recipes) {
    this.#builder = builder
    for (const [kind, recipe] of Object.entries(recipes)) {
      // Each recipe is only ever given changes of the kind it is filed under.
      this.#steps.set(kind as Kind, this.#compile(recipe as Recipe<never>))
    }
  }

  /** Adds statements that are no change of the port, such as a purge; gives a maker of units. */
  add<Source>(recipe: Recipe<Source>): (source: Source) => SqlValue[] {
    const steps = this.#compile(recipe)
    return (source) => {
      const unit: SqlValue[] = []
      append(unit, steps, source as never) // compiled from a recipe of this very Source
      return unit
    }
  }

  unitOf(changes: readonly Change[]): SqlValue[] {
    const unit: SqlValue[] = []
    for (const change of changes) append(unit, this.#stepsOf(change), change as never)
    return unit
  }

  /** Which change the statement at `position` of a unit belongs to. */
  changeAt(changes: readonly Change[], position: number): number {
    let end = 0
    return changes.findIndex((change) => {
      end += this.#stepsOf(change).filter((step) => applies(step, change as never)).length
      return position < end
    })
  }

  #stepsOf(change: Change): readonly PlannedStep[] {
    const steps = this.#steps.get(change.kind)
    if (steps === undefined) throw new TypeError(`unknown kind of change: ${change.kind}`)
    return steps
  }

  #compile<Source>(recipe: Recipe<Source>): readonly PlannedStep[] {
    return recipe(this.#builder, paramsOf<Source>()).map((step) => this.#planned(step))
  }

  #planned<Source>(step: Step<Source>): PlannedStep {
    const { sql, parameters } = step.query.compile()
    const params = paramList<Source>(parameters)
    const bytes = params.flatMap((param, position) => (param.isBytes ? [position] : []))
    const { guard, givesPlace = false } = step
    const statement =
      this.statements.push({ sql, arity: params.length, bytes, guard, givesPlace }) - 1
    return { statement, params, when: step.when }
  }
}

function append(unit: SqlValue[], steps: readonly PlannedStep[], change: never): void {
  for (const step of steps) {
    if (!applies(step, change)) continue
    unit.push(step.statement)
    for (const param of step.params) unit.push(param.read(change))
  }
}

const applies = (step: PlannedStep, change: never) => step.when === undefined || step.when(change)
