import type { Change } from '@grantd/domain'
import type { Compilable, Kysely } from 'kysely'
import type { Params } from './params.ts'
import type { Bytes, Schema } from './schema.ts'

/** A query builder that only ever compiles; one set of definitions serves every SQL dialect. */
export type Builder = Kysely<Schema>

/**
 * When a guard loses. `changes`: the statement changed no row. `exists`: it found none. A lost guard
 * undoes its unit.
 */
export type Guard = 'none' | 'changes' | 'exists'

export interface Step<Source> {
  readonly query: Compilable
  readonly guard: Guard
  /** The step is left out of a unit when this says no. */
  readonly when?: (source: Source) => boolean
  /** It adds a row whose number the storage wants to know. */
  readonly givesPlace?: true
}

/** The statements of one kind of change, in order. */
export type Recipe<Source> = (db: Builder, p: Params<Source>) => readonly Step<Source>[]

export type Kind = Change['kind']
export type ChangeOf<K extends Kind> = Extract<Change, { kind: K }>

/** A recipe for every kind of change. */
export type Recipes = { readonly [K in Kind]: Recipe<ChangeOf<K>> }

export const write = (query: Compilable): { query: Compilable; guard: 'none' } => ({
  query,
  guard: 'none',
})

/** A write that exactly one caller wins: it must change a row. */
export const guarded = (query: Compilable): { query: Compilable; guard: 'changes' } => ({
  query,
  guard: 'changes',
})

/** A row that must be there for the unit to go on. */
export const required = (query: Compilable): { query: Compilable; guard: 'exists' } => ({
  query,
  guard: 'exists',
})

/** The id of the row that the change names. */
export const idOf = <Id extends string>(p: Params<{ readonly id: Id }>): Bytes<Id> =>
  p.bytes((c) => c.id)

/** Tells the caches of other processes that something of this kind has changed. */
export const bumpVersion = (db: Builder, name: 'clients' | 'keys' | 'denylist') =>
  write(
    db
      .updateTable('versions')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('name', '=', name),
  )
