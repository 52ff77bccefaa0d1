// Owns: which test names carry which case number, and on which databases a flow file runs too.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface NamedTest {
  readonly file: string
  readonly name: string
}

/** What tests this list speaks of numbers and tries nothing. */
const OWN_TEST = 'test/security-cases.test.ts'
const FILES = ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/*.test.ts']
/** `test('…'`, `describe('…'`, and the rows of tables whose first text becomes a test's name. */
const NAMES =
  /(?:\b(?:test|describe)\(\s*|^\s*(?:\[\s*)?(?=['"`]T\d))(['"`])((?:\\.|(?!\1)[^\\])*)\1/gm
const NUMBER = /\bT(\d{1,3})\b/g

/** The tests of each case, in the order of files and lines. */
export function testsByCase(root: string): Map<number, NamedTest[]> {
  const found = new Map<number, NamedTest[]>()
  const files = globSync(FILES, { cwd: root })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file !== OWN_TEST)
  for (const file of files.sort()) {
    for (const [number, name] of namesIn(readFileSync(path.join(root, file), 'utf8'))) {
      const tests = found.get(number) ?? []
      if (!tests.some((test) => test.file === file && test.name === name))
        tests.push({ file, name })
      found.set(number, tests)
    }
  }
  return found
}

/** Every name in a test file that carries a case number, once per number. */
export function namesIn(source: string): [number, string][] {
  return [...source.matchAll(NAMES)].flatMap(([, , name = '']) =>
    [...name.matchAll(NUMBER)].map(([, digits]): [number, string] => [Number(digits), name]),
  )
}

/** Files that load lists of flows to run them on a database of their own, and what that database is. */
const RUNNERS: readonly (readonly [place: string, file: string])[] = [
  ['SQLite', 'packages/server/test/flows/on-sqlite.test.ts'],
  ['PostgreSQL', 'packages/server/test/services/postgres-flows.test.ts'],
  ['MongoDB', 'packages/server/test/services/mongodb-flows.test.ts'],
]
const LOADED = /^await import\('([^']+)'\)/gm

/** Where a flow file runs beyond memory. */
export function placesByFile(root: string): Map<string, string[]> {
  const places = new Map<string, string[]>()
  for (const [place, runner] of RUNNERS) {
    for (const file of loadedBy(root, runner)) {
      places.set(file, [...(places.get(file) ?? []), place])
    }
  }
  return places
}

/** The files that a file loads, and those that they load. */
function loadedBy(root: string, file: string): string[] {
  const source = readFileSync(path.join(root, file), 'utf8')
  return [...source.matchAll(LOADED)].flatMap(([, target = '']) => {
    const loaded = path.posix.join(path.posix.dirname(file), target)
    return [loaded, ...loadedBy(root, loaded)]
  })
}
