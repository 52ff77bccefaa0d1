import type { Scanner } from './scanner.ts'
import type { SubstitutionNode } from './syntax.ts'

const UNQUOTED_IN_PATH = /(?:(?!\/\/)[^\s.$"{}[\]:=,+#`^?!@*&\\])+/y
const MAX_ELEMENTS = 32

/**
 * Reads a dotted path such as `a.b."c.d"`. `use` says which error to give and where the path may
 * end: a key before ":", "=", "+=" or "{", a substitution before "}" or "[]".
 */
export function parsePath(scanner: Scanner, use: 'key' | 'substitution'): string[] {
  const path: string[] = []
  let element: string | undefined
  let space = ''
  for (;;) {
    const text = scanner.peek() === '"' ? scanner.takeQuoted() : undefined
    const piece = text ?? scanner.takeMatch(UNQUOTED_IN_PATH)
    if (text !== undefined || piece !== '') element = joined(element, space, piece)
    // "a b" is one key with a space in it; the space before "=" is not part of it.
    space = scanner.takeSpace()
    if (scanner.peek() === '"' || /[^\s.$"{}[\]:=,+#`^?!@*&\\]/.test(scanner.peek())) {
      if (!scanner.atComment) continue
    }
    if (element === undefined) return scanner.fail(missing(scanner, use))
    path.push(element)
    if (path.length > MAX_ELEMENTS) scanner.fail(`more than ${MAX_ELEMENTS} elements in one path`)
    if (!scanner.take('.')) return path
    element = undefined
    scanner.takeSpace()
  }
}

function joined(before: string | undefined, space: string, piece: string): string {
  return before === undefined ? piece : before + space + piece
}

function missing(scanner: Scanner, use: 'key' | 'substitution'): string {
  if (use === 'substitution') return 'the path of this substitution is incomplete'
  return scanner.atEnd ? 'a key is incomplete' : `expected a key, found ${show(scanner.peek())}`
}

function show(character: string): string {
  return character === '\n' ? 'the end of the line' : `"${character}"`
}

/** Reads `${path}`, `${?path}` or `${?NAME[]}`; the cursor stands on the `$`. */
export function parseSubstitution(scanner: Scanner): SubstitutionNode {
  const at = scanner.origin()
  if (!scanner.take('${')) scanner.fail('"$" may only stand inside quotes or start a substitution')
  const optional = scanner.take('?')
  scanner.takeSpace()
  const path = parsePath(scanner, 'substitution')
  const list = scanner.take('[]')
  scanner.takeSpace()
  if (!scanner.take('}')) scanner.fail('expected "}" at the end of the substitution')
  return { kind: 'substitution', path, optional, list, at }
}
