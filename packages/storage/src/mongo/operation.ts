import type { Change } from '@grantd/domain'
import type { Document } from 'mongodb'
import { documentOf, type Kind } from './kind.ts'

/**
 * One command on one collection. A guard that changes no document, or that finds its key taken, is
 * lost. All but the `…Many` are atomic on their one document.
 */
export type Operation = {
  readonly collection: string
  /** The unit goes on only when this holds. */
  readonly isGuard?: boolean
} & (
  | { readonly type: 'insert'; readonly documents: readonly Document[] }
  | {
      readonly type: 'update'
      readonly filter: Document
      readonly update: Document
      readonly upsert?: boolean
    }
  | { readonly type: 'updateMany'; readonly filter: Document; readonly update: Document }
  | { readonly type: 'delete'; readonly filter: Document }
  | { readonly type: 'deleteMany'; readonly filter: Document }
  /** Always a guard: a document must match now. Writes nothing. */
  | { readonly type: 'require'; readonly filter: Document }
)

export type ChangeOf<Name extends Change['kind']> = Extract<Change, { kind: Name }>

/** The commands of each change, in order; guards come first. */
export type Recipes = {
  readonly [Name in Change['kind']]: (change: ChangeOf<Name>) => readonly Operation[]
}

export function insert<Value extends object>(kind: Kind<Value>, value: Value): Operation {
  return { type: 'insert', collection: kind.collection, documents: [documentOf(kind, value)] }
}

/** A guard: changes the one document that `filter` finds, or loses. */
export function guarded(
  { collection }: { readonly collection: string },
  filter: Document,
  update: Document,
): Operation {
  return { type: 'update', collection, filter, update, isGuard: true }
}

/** Changes the document that `filter` finds, if there is one. */
export function update(
  { collection }: { readonly collection: string },
  filter: Document,
  change: Document,
): Operation {
  return { type: 'update', collection, filter, update: change }
}
