import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { type Catalogue, casesPage, problemsOf } from '../scripts/security-cases/page.ts'
import { namesIn } from '../scripts/security-cases/tests.ts'

const root = path.resolve(import.meta.dirname, '..')

describe('the catalogue of attacks', () => {
  test('docs/security/cases.md is current, and every case has a test or a reason', () => {
    const page = readFileSync(path.join(root, 'docs/security/cases.md'), 'utf8')
    assert.ok(page === casesPage(root), 'stale; run: node scripts/security-cases.ts')
  })

  test('names are found as the tests write them', () => {
    const number = 'T7'
    const source = [
      `  test('${number} one', () => {`,
      `describe("RFC 1 (${number} T8)", () => {`,
      `  test(\`${number} \${what} is 'refused'\`, async () => {`,
      `      '${number} a row of a table',`,
      `    ['${number} a row in brackets', 1],`,
      `  test(`,
      `    'a long name, ${number}',`,
      `// ${number} in a comment`,
      `  const text = 'what ${number} means'`,
      `  test('T2000 is no case', () => {`,
    ].join('\n')
    assert.deepEqual(namesIn(source), [
      [7, 'T7 one'],
      [7, 'RFC 1 (T7 T8)'],
      [8, 'RFC 1 (T7 T8)'],
      [7, `T7 \${what} is 'refused'`],
      [7, 'T7 a row of a table'],
      [7, 'T7 a row in brackets'],
      [7, 'a long name, T7'],
    ])
  })

  const sections: Catalogue['sections'] = [{ name: 'S', cases: { 1: 'a', 2: 'b' } }]
  const waiting = (...cases: number[]) => [{ for: 'f', reason: 'r', cases }]
  const tests = (...numbers: number[]) =>
    new Map(numbers.map((number) => [number, [{ file: 'f', name: 'n' }]]))
  const cases: readonly [string, Catalogue, Map<number, { file: string; name: string }[]>][] = [
    ['T2 has no test and no reason why', { sections, waiting: [] }, tests(1)],
    ['T1 has a test and says that it waits', { sections, waiting: waiting(1, 2) }, tests(1)],
    ['T3 has no place in the catalogue', { sections, waiting: waiting(2) }, tests(1, 3)],
    ['T2 waits for two features', { sections, waiting: waiting(2, 2) }, tests(1)],
    [
      'T1 has two titles',
      { sections: [...sections, { name: 'T', cases: { 1: 'c' } }], waiting: [] },
      tests(1, 2),
    ],
    ['T2 has no title', { sections: [{ name: 'S', cases: { 1: 'a' } }], waiting: [] }, tests(1, 2)],
  ]
  for (const [problem, catalogue, found] of cases) {
    test(`a catalogue is refused where ${problem}`, () => {
      assert.deepEqual(problemsOf(catalogue, found, 2), [problem])
    })
  }
})
