import type { Origin } from './error.ts'
import type { Includer, TextSource } from './include.ts'
import type { Node, ObjectNode, Statement } from './syntax.ts'
import type { HoconValue } from './value.ts'

/** Where a value stands: what an include inside it may reach, and what its substitutions mean. */
export interface Scope {
  readonly source: TextSource
  /** Path of the object an include was written in: `${x}` inside is looked up there first. */
  readonly prefix: readonly string[]
}

/** One assignment to a field: an object literal, or a value still to be resolved. */
export type Definition =
  | { readonly kind: 'branch'; readonly branch: Branch }
  | { readonly kind: 'node'; readonly node: Node; readonly scope: Scope; memo?: Memo }

/** A finished resolution; `value` is undefined when an optional substitution found nothing. */
export interface Memo {
  readonly value: HoconValue | undefined
}

/**
 * All assignments to one field, oldest first. They are kept because a later one may refer to an
 * earlier one (`path = ${path}":/usr"`) or turn out to be absent (`port = ${?PORT}`).
 */
export interface Slot {
  readonly definitions: Definition[]
  /** Index of the definition being resolved right now; Infinity when none is. */
  active: number
}

/** Object literals merged into one. */
export interface Branch {
  readonly fields: Map<string, Slot>
  readonly at: Origin
  /** True while its fields are being resolved: meeting it again means a cycle. */
  active: boolean
}

/**
 * Builds the branch of an object literal, following its includes. `path` is where the object stands
 * counted from the root, undefined when it has no path (inside an array or a concatenation).
 */
export function buildBranch(
  node: ObjectNode,
  place: { scope: Scope; path: readonly string[] | undefined; include: Includer },
): Branch {
  const branch: Branch = { fields: new Map(), at: node.at, active: false }
  addStatements(branch, node.statements, place)
  return branch
}

type Place = Parameters<typeof buildBranch>[1]

function addStatements(branch: Branch, statements: readonly Statement[], place: Place): void {
  for (const statement of statements) {
    if (statement.kind === 'field') {
      addField(branch, statement.path, statement.value, place)
      continue
    }
    const file = place.include(statement, place.scope.source)
    if (file === undefined) continue
    const scope = { source: file.source, prefix: place.path ?? [] }
    addStatements(branch, file.root.statements, { ...place, scope })
  }
}

function addField(branch: Branch, path: readonly string[], node: Node, place: Place): void {
  let slot = slotOf(branch, path[0] ?? '')
  for (const key of path.slice(1)) slot = slotOf(branchOnTop(slot, node.at), key)
  if (node.kind !== 'object') {
    slot.definitions.push({ kind: 'node', node, scope: place.scope })
    return
  }
  const deeper = { ...place, path: place.path && [...place.path, ...path] }
  addStatements(branchOnTop(slot, node.at), node.statements, deeper)
}

function slotOf(branch: Branch, key: string): Slot {
  const existing = branch.fields.get(key)
  if (existing !== undefined) return existing
  const slot: Slot = { definitions: [], active: Number.POSITIVE_INFINITY }
  branch.fields.set(key, slot)
  return slot
}

function branchOnTop(slot: Slot, at: Origin): Branch {
  const top = slot.definitions.at(-1)
  if (top?.kind === 'branch') return top.branch
  const branch: Branch = { fields: new Map(), at, active: false }
  slot.definitions.push({ kind: 'branch', branch })
  return branch
}
