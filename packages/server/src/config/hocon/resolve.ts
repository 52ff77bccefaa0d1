import { concatenate, literal } from './concatenate.ts'
import { HoconError, type Origin } from './error.ts'
import type { Includer } from './include.ts'
import { type Branch, buildBranch, type Definition, type Scope, type Slot } from './merge.ts'
import type { Node, SubstitutionNode } from './syntax.ts'
import {
  arrayValue,
  type HoconObject,
  type HoconValue,
  mergeObjects,
  objectValue,
  scalarValue,
} from './value.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

type Found = HoconValue | undefined

const MAX_STEPS = 200_000
const MAX_CHAIN = 300

/**
 * Turns merged definitions into values: substitutions, self references, concatenations. Each text
 * gets its own resolver; every step is counted, so no text can keep it busy or overflow the stack.
 */
export class Resolver {
  readonly #root: Branch
  readonly #env: Environment
  readonly #include: Includer
  /** Slots whose current definition was skipped since the last look: results depend on them. */
  #skipped = new Set<Slot>()
  #metItself = false
  #steps = 0
  #chain = 0

  constructor(parts: { root: Branch; env: Environment; include: Includer }) {
    this.#root = parts.root
    this.#env = parts.env
    this.#include = parts.include
  }

  /** The whole tree. */
  resolve(): HoconObject {
    return this.#branchValue(this.#root)
  }

  #branchValue(branch: Branch): HoconObject {
    if (branch.active) throw new HoconError('this object contains itself', branch.at)
    return this.#counted(branch.at, () => {
      branch.active = true
      const fields = new Map<string, HoconValue>()
      for (const [key, slot] of branch.fields) {
        const value = this.#slotValue(slot, Number.POSITIVE_INFINITY)
        if (value !== undefined) fields.set(key, value)
      }
      branch.active = false
      return objectValue(fields, branch.at)
    })
  }

  /** The value of the definitions up to `from`, ignoring the one being resolved and those after. */
  #slotValue(slot: Slot, from: number): Found {
    let index = this.#startAt(slot, from)
    let upper: HoconObject | undefined
    for (; index >= 0; index -= 1) {
      const value = this.#definitionValue(slot, index)
      if (value === undefined) continue
      if (value.kind !== 'object') return upper ?? value
      upper = upper === undefined ? value : mergeObjects(value, upper)
    }
    return upper
  }

  #startAt(slot: Slot, from: number): number {
    const last = Math.min(from, slot.definitions.length - 1)
    if (last < slot.active) return last
    // A reference to the field being resolved means what the field held before.
    this.#skipped.add(slot)
    if (slot.active === 0) this.#metItself = true
    return slot.active - 1
  }

  #definitionValue(slot: Slot, index: number): Found {
    const definition = slot.definitions[index]
    if (definition === undefined) return undefined
    if (definition.kind === 'branch') return this.#branchValue(definition.branch)
    if (definition.memo !== undefined) return definition.memo.value
    const { active } = slot
    const before = this.#skipped
    this.#skipped = new Set()
    slot.active = index
    const value = this.#counted(definition.node.at, () => this.#definedValue(slot, definition))
    slot.active = active
    this.#skipped.delete(slot)
    // A result that left out another unfinished field holds only for the present question.
    if (this.#skipped.size === 0) definition.memo = { value }
    for (const other of this.#skipped) before.add(other)
    this.#skipped = before
    return value
  }

  #definedValue(slot: Slot, definition: Definition & { kind: 'node' }): Found {
    return this.#nodeValue(definition.node, definition.scope, slot)
  }

  #nodeValue(node: Node, scope: Scope, slot: Slot): Found {
    switch (node.kind) {
      case 'text':
        return literal(node)
      case 'substitution':
        return this.#substitutionValue(node, scope)
      case 'previous':
        return this.#slotValue(slot, slot.active - 1)
      case 'object':
        return this.#branchValue(
          buildBranch(node, { scope, path: undefined, include: this.#include }),
        )
      case 'array': {
        const items = node.items.map((item) => this.#nodeValue(item, scope, slot))
        return arrayValue(items.filter(isFound), node.at)
      }
      case 'concat':
        return concatenate(
          node.parts.map((part) => ({ node: part, value: this.#nodeValue(part, scope, slot) })),
          node.at,
        )
    }
  }

  #substitutionValue(node: SubstitutionNode, scope: Scope): Found {
    return this.#counted(node.at, () => {
      const value = node.list ? this.#environmentList(node) : this.#lookUp(node, scope)
      if (value !== undefined || node.optional) return value
      const name = node.path.join('.')
      const cycle = `\${${name}} refers to itself and nothing was defined before`
      const absent = `\${${name}} is defined neither here nor in the environment`
      throw new HoconError(this.#metItself ? cycle : absent, node.at)
    })
  }

  #lookUp(node: SubstitutionNode, scope: Scope): Found {
    this.#metItself = false
    if (scope.prefix.length > 0) {
      const near = this.#valueAt(this.#root, [...scope.prefix, ...node.path])
      if (near !== undefined) return near
    }
    const found = this.#valueAt(this.#root, node.path)
    if (found !== undefined) return found
    const text = this.#variable(node.path.join('.'))
    return text === undefined ? undefined : scalarValue(text, text, node.at)
  }

  #valueAt(branch: Branch, path: readonly string[]): Found {
    const slot = branch.fields.get(path[0] ?? '')
    if (slot === undefined) return undefined
    const rest = path.slice(1)
    if (rest.length === 0) return this.#slotValue(slot, Number.POSITIVE_INFINITY)
    let upper: HoconObject | undefined
    for (let index = this.#startAt(slot, Number.POSITIVE_INFINITY); index >= 0; index -= 1) {
      const value = this.#valueWithin(slot, index, rest)
      if (value === 'hidden') return upper
      if (value === undefined) continue
      if (value.kind !== 'object') return upper ?? value
      upper = upper === undefined ? value : mergeObjects(value, upper)
    }
    return upper
  }

  /** Looks below one definition without resolving its siblings: `a { x = 1, y = ${a.x} }` is fine. */
  #valueWithin(slot: Slot, index: number, rest: readonly string[]): Found | 'hidden' {
    const definition = slot.definitions[index]
    if (definition?.kind === 'branch') return this.#valueAt(definition.branch, rest)
    let value = this.#definitionValue(slot, index)
    if (value === undefined) return undefined
    if (value.kind !== 'object') return 'hidden'
    for (const key of rest) value = value?.kind === 'object' ? value.fields.get(key) : undefined
    return value
  }

  #environmentList(node: SubstitutionNode): Found {
    const name = node.path.join('.')
    const items: HoconValue[] = []
    for (let index = 0; ; index += 1) {
      const text = this.#variable(`${name}_${index}`)
      if (text === undefined) break
      items.push(scalarValue(text, text, node.at))
    }
    return items.length === 0 ? undefined : arrayValue(items, node.at)
  }

  #variable(name: string): string | undefined {
    // Own properties only: ${toString} must not find what objects inherit.
    return Object.hasOwn(this.#env, name) ? this.#env[name] : undefined
  }

  #counted<T>(at: Origin, run: () => T): T {
    this.#steps += 1
    this.#chain += 1
    if (this.#steps > MAX_STEPS || this.#chain > MAX_CHAIN) {
      throw new HoconError('the substitutions are too many or nested too deeply', at)
    }
    const result = run()
    this.#chain -= 1
    return result
  }
}

function isFound(value: Found): value is HoconValue {
  return value !== undefined
}
