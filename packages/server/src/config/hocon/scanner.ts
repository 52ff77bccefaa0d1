import { HoconError, type Origin } from './error.ts'

const MAX_NESTING = 64
const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** A cursor over one text: knows places, whitespace, comments and quoted strings, no grammar. */
export class Scanner {
  readonly #text: string
  readonly #file: string
  readonly #lineStarts: number[] = [0]
  #index = 0
  #nesting = 0

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#lineStarts.push(at + 1)
    }
  }

  get index(): number {
    return this.#index
  }

  get atEnd(): boolean {
    return this.#index >= this.#text.length
  }

  /** The next character without taking it; '' at the end. */
  peek(): string {
    return this.#text.charAt(this.#index)
  }

  startsWith(expected: string): boolean {
    return this.#text.startsWith(expected, this.#index)
  }

  /** True at `#` or `//`. */
  get atComment(): boolean {
    return this.peek() === '#' || this.startsWith('//')
  }

  /** Takes `expected` when it comes next. */
  take(expected: string): boolean {
    if (!this.startsWith(expected)) return false
    this.#index += expected.length
    return true
  }

  /** Takes what `pattern` (sticky) matches here, or ''. */
  takeMatch(pattern: RegExp): string {
    pattern.lastIndex = this.#index
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#index += found.length
    return found
  }

  /** Takes whitespace within the line. */
  takeSpace(): string {
    return this.takeMatch(/[^\S\n]*/y)
  }

  /** Takes whitespace, line ends and comments. */
  skipBlank(): void {
    for (;;) {
      this.takeMatch(/\s*/y)
      if (!this.atComment) return
      this.takeMatch(/[^\n]*/y)
    }
  }

  origin(index: number = this.#index): Origin {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return { file: this.#file, line: low + 1, column: index - (this.#lineStarts[low] ?? 0) + 1 }
  }

  fail(reason: string, index: number = this.#index): never {
    throw new HoconError(reason, this.origin(index))
  }

  /** Runs `read` one level deeper; the limit keeps a hostile text from exhausting the stack. */
  nested<T>(read: () => T): T {
    this.#nesting += 1
    if (this.#nesting > MAX_NESTING) this.fail(`nested deeper than ${MAX_NESTING} levels`)
    const result = read()
    this.#nesting -= 1
    return result
  }

  /** Takes `"…"` or `"""…"""`; the cursor stands on the first quote. */
  takeQuoted(): string {
    return this.startsWith('"""') ? this.#takeTripleQuoted() : this.#takeSingleQuoted()
  }

  #takeTripleQuoted(): string {
    const start = this.#index
    const end = this.#text.indexOf('"""', start + 3)
    if (end === -1) this.fail('the text opened with """ is never closed')
    this.#index = end
    // The last three quotes close, any before them belong to the text.
    const closing = this.takeMatch(/"+/y)
    return this.#text.slice(start + 3, end + closing.length - 3)
  }

  #takeSingleQuoted(): string {
    const start = this.#index
    this.#index += 1
    let text = ''
    for (;;) {
      text += this.takeMatch(/[^"\\\n]*/y)
      if (this.take('"')) return text
      if (!this.take('\\')) this.fail('the quoted text is not closed on its line', start)
      text += this.#takeEscape()
    }
  }

  #takeEscape(): string {
    const letter = this.takeMatch(/[^\n]/y)
    const plain = ESCAPES.get(letter)
    if (plain !== undefined) return plain
    const digits = letter === 'u' ? this.takeMatch(/[0-9a-fA-F]{4}/y) : ''
    if (digits === '')
      this.fail('unknown escape; known are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX')
    return String.fromCharCode(Number.parseInt(digits, 16))
  }
}
