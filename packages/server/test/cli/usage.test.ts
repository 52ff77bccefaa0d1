import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from '../../src/cli/parse.ts'
import { COMMANDS } from '../../src/cli/registry.ts'
import { run } from '../../src/cli/run.ts'
import { Place } from './cli.ts'
import { FakeTerminal } from './fake-terminal.ts'

describe('help', () => {
  test('without a command it says what there is, on stderr, with 2', async () => {
    using place = new Place()
    const { code, stdout, stderr } = await place.run([])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    for (const { name } of COMMANDS) assert.ok(stderr.includes(name.split(' ').at(-1) ?? name))
  })

  test('of a command it is data: on stdout, with 0', async () => {
    using place = new Place()
    const { code, stdout } = await place.run(['help', 'client', 'create'])
    assert.equal(code, 0)
    assert.match(stdout, /^grantd client create \[options\]/)
    assert.match(stdout, /--redirect URI/)
    assert.match(stdout, /Examples:\n {2}grantd client create/)
  })
})

describe('words that mean nothing', () => {
  const CASES: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['clent', 'list'], /no command "clent"; did you mean "client"\?/],
    [['client', 'lst'], /no command "grantd client lst"; did you mean "list"\?/],
    [['client', 'list', '--ouput', 'json'], /no option --ouput; did you mean --output\?/],
    [['client', 'list', '--output', 'jsn'], /cannot be "jsn"; did you mean json\?/],
    [['client', 'get'], /needs <client_id>/],
    [['client', 'create', '--name', 'x'], /--redirect is needed for --type web\n.*--type m2m/],
    [['client', 'list', '--limit', 'x'], /--limit must be a whole number/],
  ]
  for (const [args, says] of CASES) {
    test(`grantd ${args.join(' ')}: exit 2, and says what was meant`, async () => {
      const terminal = new FakeTerminal()
      assert.equal(await run(args, terminal), 2)
      assert.equal(terminal.stdout, '')
      assert.match(terminal.stderr, says)
    })
  }

  test('a word that may be a pasted secret is not repeated', async () => {
    const terminal = new FakeTerminal()
    const secret = 'gcs_0123456789012345678901234567890123456789012'
    assert.equal(await run(['client', 'list', secret], terminal), 2)
    assert.doesNotMatch(terminal.stderr, /gcs_/)
  })

  test('nothing is made on the way', async () => {
    using place = new Place()
    assert.equal((await place.run(['client', 'lsit'])).code, 2)
    assert.equal((await place.run(['client', 'list'])).code, 1)
    assert.deepEqual(place.files(), [])
  })
})

describe('the list of commands', () => {
  test('every name is there once, and every command has an example of itself', async () => {
    assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length)
    for (const { name, load } of COMMANDS) {
      const { examples } = await load()
      assert.ok(
        examples.some((example) => example.includes(`grantd ${name}`)),
        name,
      )
    }
  })

  test('every example is a command line that its command accepts', async () => {
    let tried = 0
    for (const { name, load } of COMMANDS) {
      const command = await load()
      for (const example of command.examples) {
        const words = wordsAfter(`grantd ${name}`, example)
        assert.doesNotThrow(() => parse(name, command, words), example)
        tried++
      }
    }
    assert.ok(tried >= COMMANDS.length)
  })
})

describe('docs/guide/cli.md', () => {
  const guide = readFileSync(new URL('../../../../docs/guide/cli.md', import.meta.url), 'utf8')
  const lines = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.includes('grantd '))

  test('shows every command', () => {
    const missing = COMMANDS.filter(({ name }) => !lines.some((line) => isLineOf(name, line)))
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    )
  })

  for (const line of lines) {
    test(line, async () => {
      const entry = COMMANDS.find(({ name }) => isLineOf(name, line))
      assert.ok(entry, 'no such command')
      const command = await entry.load()
      assert.doesNotThrow(() =>
        parse(entry.name, command, wordsAfter(`grantd ${entry.name}`, line)),
      )
    })
  }
})

function isLineOf(name: string, line: string): boolean {
  return new RegExp(`\\bgrantd ${name}(?: |$)`).test(line)
}

/** The arguments in an example, up to a pipe or a redirection; quotes hold words together. */
function wordsAfter(start: string, example: string): string[] {
  const [, rest = ''] = example.split(start)
  const [line = ''] = rest.split(/ [|<>] ?/)
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}
