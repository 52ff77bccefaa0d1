import { readFileSync } from 'node:fs'

const FILE = new URL('common-passwords.txt', import.meta.url)
const EDGE = /^[^\p{L}]+|[^\p{L}]+$/gu
/** Shorter than this it is a pattern, not a password, however often it is repeated. */
const SHORTEST_UNIT = 6

let known: ReadonlySet<string> | undefined

function commonPasswords(): ReadonlySet<string> {
  known ??= new Set(
    readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#')),
  )
  return known
}

/**
 * Whether guessers try it first: it is on the list, or it is a word of the list (or of `words`, such
 * as the person's own name) repeated, or with digits and signs around it, or a run of neighbours.
 */
export function isCommonPassword(password: string, words: readonly string[] = []): boolean {
  const folded = password.normalize('NFKC').toLowerCase()
  const isKnown = (text: string) => commonPasswords().has(text) || words.includes(text)
  if (isKnown(folded) || isRun(folded)) return true
  const unit = unitOf(folded)
  if (unit !== folded && (unit.length < SHORTEST_UNIT || isKnown(unit))) return true
  const core = folded.replace(EDGE, '')
  if (core === '') return new Set(folded).size < SHORTEST_UNIT
  const bareUnit = unitOf(core)
  return core.length * 2 >= folded.length && (isKnown(core) || isKnown(bareUnit))
}

/** The shortest text whose repetition makes `text`: `abc` of `abcabcabc`. */
function unitOf(text: string): string {
  const length = (text + text).indexOf(text, 1)
  return text.slice(0, length)
}

/** Each character is the next, or the one before, of the last one: `abcdefghijkl`, `987654321098`. */
function isRun(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0))
  const isStep = (step: number) => step === 1 || step === -1 || step === 9 || step === -9
  return steps.length > 0 && steps.every(isStep)
}
