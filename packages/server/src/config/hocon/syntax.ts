import type { Origin } from './error.ts'

/** Characters in a row: one token, or the whitespace between two tokens. */
export interface TextNode {
  readonly kind: 'text'
  readonly text: string
  /** `unquoted` text may turn out to be a number, a boolean or null; the others never do. */
  readonly form: 'quoted' | 'unquoted' | 'space'
  readonly at: Origin
}

/** `${path}`, `${?path}` or the environment list `${?NAME[]}`. */
export interface SubstitutionNode {
  readonly kind: 'substitution'
  readonly path: readonly string[]
  readonly optional: boolean
  readonly list: boolean
  readonly at: Origin
}

/** What the field held before this definition: the hidden left side of `+=`. */
export interface PreviousNode {
  readonly kind: 'previous'
  readonly at: Origin
}

/** `[ … ]`, not yet resolved. */
export interface ArrayNode {
  readonly kind: 'array'
  readonly items: readonly Node[]
  readonly at: Origin
}

/** `{ … }`, not yet resolved and not yet merged. */
export interface ObjectNode {
  readonly kind: 'object'
  readonly statements: readonly Statement[]
  readonly at: Origin
}

/** Two or more values side by side: strings, arrays or objects that become one. */
export interface ConcatNode {
  readonly kind: 'concat'
  readonly parts: readonly Node[]
  readonly at: Origin
}

/** A parsed value, before substitution. */
export type Node = TextNode | SubstitutionNode | PreviousNode | ArrayNode | ObjectNode | ConcatNode

/** `path = value`. */
export interface FieldStatement {
  readonly kind: 'field'
  readonly path: readonly string[]
  readonly value: Node
  readonly at: Origin
}

/** `include "name"`, with `required(…)` and `file(…)` already unwrapped. */
export interface IncludeStatement {
  readonly kind: 'include'
  readonly target: string
  readonly required: boolean
  readonly at: Origin
}

/** One line of an object. */
export type Statement = FieldStatement | IncludeStatement
