// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how HOCON writes substitutions
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HoconError } from './error.ts'
import { parseHocon } from './read.ts'
import { toPlain } from './value.ts'

const env = { SET: 'from-env', PORT: '9090', LIST_0: 'a', LIST_1: 'b', EMPTY: '' }

function read(text: string): unknown {
  // Through JSON, because the results have no prototype and deepEqual compares prototypes.
  return JSON.parse(JSON.stringify(toPlain(parseHocon(text, { env }))))
}

type Case = readonly [sentence: string, text: string, expected: unknown]

const VALUES: readonly Case[] = [
  ['comments start with # or //', 'a = 1 # x\nb = 2 // y', { a: 1, b: 2 }],
  ['the braces of the root are optional', '{ a: 1, b = 2 }', { a: 1, b: 2 }],
  ['an empty text is an empty object', '', {}],
  ['a text of comments only is an empty object', '# nothing\n// here', {}],
  ['dots in keys make objects', 'a.b.c = 1\na.b.d = 2', { a: { b: { c: 1, d: 2 } } }],
  ['a quoted key keeps its dot', '"a.b" = 1', { 'a.b': 1 }],
  ['a key may hold spaces', 'a b c = 1', { 'a b c': 1 }],
  ['an object needs no sign between key and brace', 'a { x = 1 }', { a: { x: 1 } }],
  ['objects under one key merge', 'a { x = 1 }\na { y = 2 }', { a: { x: 1, y: 2 } }],
  ['a later value replaces an earlier one', 'a = 1\na = 2', { a: 2 }],
  ['a scalar between two objects ends the first', 'a{x=1}\na=1\na{y=2}', { a: { y: 2 } }],
  [
    'null, true and false are not strings',
    'a=null\nb=true\nc=false',
    { a: null, b: true, c: false },
  ],
  ['numbers are numbers', 'a=-1.5e+2\nb=0.5\nc=007', { a: -150, b: 0.5, c: '007' }],
  ['unquoted words with spaces are one text', 'a =  hello big  world ', { a: 'hello big  world' }],
  ['a duration stays text', 'a = 10 seconds\nb = 5m', { a: '10 seconds', b: '5m' }],
  ['a quoted URL is taken as it is', 'u = "sqlite:x.db?mode=rwc"', { u: 'sqlite:x.db?mode=rwc' }],
  ['escapes work in quoted text', '{"a": "\\u00e9\\n\\"\\/"}', { a: 'é\n"/' }],
  ['triple quotes keep everything', 'a = """x "q" \\n\ny"""', { a: 'x "q" \\n\ny' }],
  ['quotes before closing triple quotes belong to it', 'a = """x""""', { a: 'x"' }],
  ['newlines separate array items', 'a = [\n1\n2\n]', { a: [1, 2] }],
  ['trailing commas are allowed', 'a = [1,2,]\nb = {x=1,}', { a: [1, 2], b: { x: 1 } }],
  ['Windows line ends are line ends', 'a = 1\r\nb = x y\r\n', { a: 1, b: 'x y' }],
  ['a byte order mark is ignored', '\uFEFFa = 1', { a: 1 }],
]

const SUBSTITUTIONS: readonly Case[] = [
  ['an unset optional keeps the earlier value', 'a = x\na = ${?UNSET}', { a: 'x' }],
  ['a set optional replaces the earlier value', 'a = x\na = ${?SET}', { a: 'from-env' }],
  ['an unset optional alone leaves the key out', 'b = 1\na = ${?UNSET}', { b: 1 }],
  ['an empty variable is a value', 'a = x\na = ${?EMPTY}', { a: '' }],
  ['a number from the environment is text', 'port = 80\nport = ${?PORT}', { port: '9090' }],
  ['a path refers to a value', 'x { y = 5 }\na = ${x.y}', { x: { y: 5 }, a: 5 }],
  ['a path may point forward', 'a = ${x.y}\nx { y = 5 }', { a: 5, x: { y: 5 } }],
  ['a path sees the last value', 'a { x = 1 }\nb = ${a.x}\na.x = 2', { a: { x: 2 }, b: 2 }],
  ['a key wins over a variable', 'SET = here\na = ${SET}', { SET: 'here', a: 'here' }],
  ['null hides a variable', 'SET = null\na = ${SET}', { SET: null, a: null }],
  ['siblings may refer to each other', 'a { x = 1, y = ${a.x} }', { a: { x: 1, y: 1 } }],
  ['substitution works in arrays', 'x=1\na = [${x}, 2, ${?UNSET}]', { x: 1, a: [1, 2] }],
  ['a list is read from the environment', 'a = ${?LIST[]}', { a: ['a', 'b'] }],
  ['an unset list keeps the earlier value', 'a = [x]\na = ${?NOLIST[]}', { a: ['x'] }],
  ['what objects inherit is no variable', 'a = ${?toString}\nb=1', { b: 1 }],
]

const JOINS: readonly Case[] = [
  ['objects join', 'b {a=1,b=2}\nd = ${b} { b = 3 }', { b: { a: 1, b: 2 }, d: { a: 1, b: 3 } }],
  ['texts join', 'h = host\nu = "http://"${h}":80/x"', { h: 'host', u: 'http://host:80/x' }],
  ['arrays join', 'a = [1,2] [3]', { a: [1, 2, 3] }],
  ['an absent part of a text is empty', 'a = x${?UNSET}y', { a: 'xy' }],
  ['a lone present part keeps its kind', 'x=[1]\na = ${?UNSET} ${x}', { x: [1], a: [1] }],
  ['+= appends', 'a = [1]\na += 2', { a: [1, 2] }],
  ['+= starts a list', 'a += 2\na += [3]', { a: [2, [3]] }],
  ['+= works inside objects', 'o { a = [1] }\no { a += 2 }', { o: { a: [1, 2] } }],
  ['a value may refer to its earlier self', 'p = "/bin"\np = ${p}":/usr"', { p: '/bin:/usr' }],
  ['an optional self may be absent', 'a = ${?a} [1]', { a: [1] }],
  ['an object may extend its earlier self', 'a {x=1}\na = ${a} {y=2}', { a: { x: 1, y: 2 } }],
  ['one may look back through another', 'a=1\nb=${a}0\na=${b}2', { a: '102', b: '1020' }],
]

for (const [group, cases] of Object.entries({ VALUES, SUBSTITUTIONS, JOINS })) {
  describe(`HOCON ${group.toLowerCase()}`, () => {
    for (const [sentence, text, expected] of cases) {
      test(sentence, () => assert.deepEqual(read(text), expected))
    }
  })
}

describe('HOCON refusals name file, line and column', () => {
  const REFUSED: readonly (readonly [string, string, RegExp])[] = [
    ['an unset variable', 'x = 1\na = ${UNSET}', /^<text>:2:5: \$\{UNSET\} is defined neither/],
    ['a cycle of two', 'a = ${b}\nb = ${a}', /:2:5: \$\{a\} refers to itself/],
    ['an object inside itself', 'a { b = ${a} }', /:1:3: this object contains itself/],
    ['a brace never closed', 'x = 1\na = {', /:2:5: this "\{" is never closed/],
    ['a bracket never closed', 'a = [1', /:1:5: this "\[" is never closed/],
    ['a brace too many', 'a = 1 }', /:1:7: expected a key, found "}"/],
    ['text after the root', '{a=1} b', /:1:7: nothing may follow/],
    ['an array as root', '[1]', /:1:1: the root must be an object/],
    ['a missing value', 'a =\n', /:2:1: a value is missing/],
    ['a missing sign', 'a 1', /:1:4: expected ":", "=" or "\{"/],
    ['a colon outside quotes', 'u = sqlite:x', /:1:11: ":" may only stand inside quotes/],
    ['an open quote', 'a = "x\n"', /:1:5: the quoted text is not closed/],
    ['open triple quotes', 'a = """x"', /:1:5: the text opened with """/],
    ['an unknown escape', 'a = "\\x"', /:1:8: unknown escape/],
    ['an empty path element', 'a..b = 1', /:1:3: expected a key, found "\."/],
    ['two commas', 'a = 1,,b = 2', /:1:7: expected a key, found ","/],
    ['text beside an object', 'a = x {y=1}', /:1:7: texts, arrays and objects/],
    ['an include by URL', 'include url("http://x/")', /:1:9: only files can be included/],
    ['a relative include in a bare text', 'include "x"', /:1:1: a text that is not a file/],
  ]
  for (const [sentence, text, message] of REFUSED) {
    test(sentence, () => {
      assert.throws(
        () => read(text),
        (error) => error instanceof HoconError && message.test(error.message),
      )
    })
  }
})

describe('HOCON hostile texts', () => {
  const refused = (text: string, message: RegExp): void =>
    assert.throws(
      () => read(text),
      (error) => error instanceof HoconError && message.test(error.message),
    )

  test('__proto__ is a key like any other', () => {
    const plain = toPlain(
      parseHocon('__proto__ { polluted = 1 }\nconstructor.prototype.polluted = 1\na = 1'),
    )
    assert.equal(Reflect.get({}, 'polluted'), undefined)
    assert.deepEqual(Object.keys(plain as object), ['__proto__', 'constructor', 'a'])
    assert.equal(Object.getPrototypeOf(plain), null)
  })

  test('values that double with each line stop at a limit', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `a${i + 1} = [\${a${i}}, \${a${i}}]`)
    refused(`a0 = x\n${lines.join('\n')}`, /too large/)
  })

  test('texts that double with each line stop at a limit', () => {
    const lines = Array.from({ length: 60 }, () => 'a = ${a}${a}')
    refused(`a = x\n${lines.join('\n')}`, /too large|too many/)
  })

  test('long chains of references stop at a limit', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `a${i} = \${a${i + 1}}`)
    refused(lines.join('\n'), /nested too deeply/)
  })

  test('objects that wrap each other stop at a limit', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `a${i + 1} = { x = \${a${i}} }`)
    refused(`a0 = 1\n${lines.join('\n')}`, /deeper|deeply/)
  })

  test('deep nesting stops at a limit', () => {
    refused(`a = ${'['.repeat(100_000)}`, /nested deeper than 64/)
    refused(`${'a.'.repeat(100_000)}b = 1`, /more than 32 elements/)
  })
})

test('every value knows the line it was written on', () => {
  const root = parseHocon('a = 1\nb {\n  c = x\n  d = [\n    5\n  ]\n}')
  const b = root.fields.get('b')
  assert.ok(b?.kind === 'object')
  const d = b.fields.get('d')
  assert.ok(d?.kind === 'array')
  assert.deepEqual(
    [root.fields.get('a')?.at.line, b.fields.get('c')?.at.line, d.items[0]?.at.line],
    [1, 3, 5],
  )
})
