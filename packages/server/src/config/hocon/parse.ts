import { parsePath, parseSubstitution } from './parse-path.ts'
import { Scanner } from './scanner.ts'
import type { IncludeStatement, Node, ObjectNode, Statement, TextNode } from './syntax.ts'

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const UNQUOTED = /(?:(?!\/\/)[^\s$"{}[\]:=,+#`^?!@*&\\])+/y
const INCLUDE = /include[^\S\n]+(?="|(?:required|file|url|classpath|package)[^\S\n]*\()/y

/**
 * Reads a whole HOCON text (or JSON, which is HOCON) into its syntax tree. `file` only names the
 * text in errors. Throws HoconError.
 */
export function parseSyntax(text: string, file: string): ObjectNode {
  const scanner = new Scanner(text.replace(/^\uFEFF/, ''), file)
  scanner.skipBlank()
  const at = scanner.origin()
  if (scanner.peek() === '[') scanner.fail('the root must be an object, not an array')
  if (scanner.peek() !== '{') {
    return { kind: 'object', statements: parseStatements(scanner, ''), at }
  }
  const root = parseObject(scanner)
  scanner.skipBlank()
  if (!scanner.atEnd) scanner.fail('nothing may follow the closing "}" of the root')
  return root
}

function parseObject(scanner: Scanner): ObjectNode {
  const at = scanner.origin()
  scanner.take('{')
  const statements = scanner.nested(() => parseStatements(scanner, '}'))
  return { kind: 'object', statements, at }
}

function parseStatements(scanner: Scanner, closing: '}' | ''): Statement[] {
  const opened = scanner.index
  const statements: Statement[] = []
  for (;;) {
    scanner.skipBlank()
    if (scanner.atEnd && closing !== '') scanner.fail('this "{" is never closed', opened - 1)
    if (scanner.atEnd || (closing !== '' && scanner.take(closing))) return statements
    statements.push(parseInclude(scanner) ?? parseField(scanner))
    scanner.skipBlank()
    scanner.take(',')
  }
}

function parseField(scanner: Scanner): Statement {
  const at = scanner.origin()
  const path = parsePath(scanner, 'key')
  const append = scanner.take('+=')
  if (!append && scanner.peek() !== '{' && !scanner.take(':') && !scanner.take('=')) {
    scanner.fail('expected ":", "=" or "{" after the key')
  }
  scanner.skipBlank()
  const value = parseValue(scanner)
  if (!append) return { kind: 'field', path, value, at }
  const added: Node = { kind: 'array', items: [value], at }
  const parts: Node[] = [{ kind: 'previous', at }, added]
  return { kind: 'field', path, value: { kind: 'concat', parts, at }, at }
}

function parseValue(scanner: Scanner): Node {
  const at = scanner.origin()
  const parts: Node[] = []
  for (;;) {
    const spaceAt = scanner.origin()
    const space = scanner.takeSpace()
    if (scanner.atEnd || scanner.atComment || '\n,}]'.includes(scanner.peek())) break
    const text: TextNode = { kind: 'text', text: space, form: 'space', at: spaceAt }
    if (parts.length > 0 && space !== '') parts.push(text)
    parts.push(parsePart(scanner))
  }
  const [first] = parts
  if (first === undefined) return scanner.fail('a value is missing here')
  return parts.length === 1 ? first : { kind: 'concat', parts, at }
}

function parsePart(scanner: Scanner): Node {
  const at = scanner.origin()
  switch (scanner.peek()) {
    case '{':
      return parseObject(scanner)
    case '[':
      return parseArray(scanner)
    case '"':
      return { kind: 'text', text: scanner.takeQuoted(), form: 'quoted', at }
    case '$':
      return parseSubstitution(scanner)
    default: {
      // Numbers first: the "+" of 1e+5 may not stand in other unquoted text.
      const text = scanner.takeMatch(NUMBER) + scanner.takeMatch(UNQUOTED)
      if (text === '') scanner.fail(`"${scanner.peek()}" may only stand inside quotes here`)
      return { kind: 'text', text, form: 'unquoted', at }
    }
  }
}

function parseArray(scanner: Scanner): Node {
  const at = scanner.origin()
  const opened = scanner.index
  scanner.take('[')
  const items: Node[] = []
  return scanner.nested((): Node => {
    for (;;) {
      scanner.skipBlank()
      if (scanner.take(']')) return { kind: 'array', items, at }
      if (scanner.atEnd) scanner.fail('this "[" is never closed', opened)
      items.push(parseValue(scanner))
      scanner.skipBlank()
      scanner.take(',')
    }
  })
}

function parseInclude(scanner: Scanner): IncludeStatement | undefined {
  const at = scanner.origin()
  if (scanner.takeMatch(INCLUDE) === '') return undefined
  const required = openCall(scanner, 'required')
  const wrapped = openCall(scanner, 'file')
  if (scanner.peek() !== '"') scanner.fail('only files can be included: include "name.conf"')
  const target = scanner.takeQuoted()
  if (required) closeCall(scanner)
  if (wrapped) closeCall(scanner)
  return { kind: 'include', target, required, at }
}

function openCall(scanner: Scanner, name: string): boolean {
  if (!scanner.startsWith(name)) return false
  scanner.take(name)
  scanner.takeSpace()
  if (!scanner.take('(')) scanner.fail('expected "("')
  scanner.takeSpace()
  return true
}

function closeCall(scanner: Scanner): void {
  scanner.takeSpace()
  if (!scanner.take(')')) scanner.fail('expected ")"')
}
