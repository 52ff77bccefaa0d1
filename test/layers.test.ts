import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { describe, test } from 'node:test'

// Who may import whom is the table in docs/MAP.md; this test reads it, and every import of packages/*/src.

const root = path.resolve(import.meta.dirname, '..')

interface Rules {
  /** Short package name to the short names it may import. */
  readonly mayImport: ReadonlyMap<string, ReadonlySet<string>>
  readonly declared: ReadonlyMap<string, ReadonlySet<string>>
  /** What only tests may import: the devDependencies of the workspace and of the package itself. */
  readonly forTests: ReadonlyMap<string, ReadonlySet<string>>
  /** What gives types alone, which are gone when the program runs: the devDependencies of the package itself. */
  readonly forTypes: ReadonlyMap<string, ReadonlySet<string>>
}

const TEST_FILE = /\.(?:test|fixture)\.ts$/
const OPEN_TO_TESTS = new Set(['testkit', 'storage'])
const FASTIFY_HOME = 'packages/server/src/http/'

const CLAUSE = String.raw`(?:type\s+)?(?:[\w$]+\s*,?\s*)?(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?)?\s*from\s*`
const STATIC_IMPORT = new RegExp(
  String.raw`^\s*(?:import|export)\s*(?:${CLAUSE})?['"]([^'"\n]+)['"]`,
  'gm',
)
const TYPE_ALONE = /^\s*(?:import|export)\s+type\b/
const DYNAMIC_IMPORT = /\bimport\s*\(\s*['"`]([^'"`\n]+)['"`]/g

interface Import {
  readonly specifier: string
  readonly isType: boolean
}

function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(STATIC_IMPORT), ...code.matchAll(DYNAMIC_IMPORT)].map(
    ([text, specifier]) => ({ specifier: specifier ?? '', isType: TYPE_ALONE.test(text) }),
  )
}

/** `@scope/name/deep` to `@scope/name`, `name/deep` to `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function breachesOf(file: string, source: string, rules: Rules): string[] {
  const from = file.split('/')[1] ?? ''
  const inTest = TEST_FILE.test(file)
  return importsOf(source).flatMap((each) => {
    const breach = breachOf(each)
    return breach === undefined ? [] : [`${file}: ${breach}`]
  })

  function breachOf({ specifier, isType }: Import): string | undefined {
    if (specifier.startsWith('.') || specifier.startsWith('/')) return relativeBreach(specifier)
    if (isBuiltin(specifier)) return undefined
    const name = packageOf(specifier)
    if (name === 'fastify' || name.startsWith('@fastify/')) {
      if (!file.startsWith(FASTIFY_HOME)) return `only ${FASTIFY_HOME} may import ${name}`
    }
    if (name.startsWith('@grantd/')) {
      const to = name.slice('@grantd/'.length)
      if (inTest && to !== from && OPEN_TO_TESTS.has(to)) return undefined
      if (!rules.mayImport.get(from)?.has(to)) return `${from} must not import ${to}`
    }
    if (rules.declared.get(from)?.has(name)) return undefined
    if (inTest && rules.forTests.get(from)?.has(name)) return undefined
    if (isType && rules.forTypes.get(from)?.has(name)) return undefined
    return `${name} is not declared in packages/${from}/package.json`
  }

  function relativeBreach(specifier: string): string | undefined {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
    if (target.startsWith(`packages/${from}/`)) return undefined
    return `${specifier} leaves the package; import another package by its name`
  }
}

function readRules(): Rules {
  const mayImport = new Map<string, Set<string>>()
  const map = readFileSync(path.join(root, 'docs/MAP.md'), 'utf8')
  for (const [, name, cell] of map.matchAll(/^\| `@grantd\/([\w-]+)` \|.*\| ([^|]*) \|$/gm)) {
    if (name === undefined || cell === undefined) continue
    mayImport.set(name, new Set(cell.split(',').flatMap((word) => word.match(/[\w-]+/g) ?? [])))
  }
  const rootDev = keysAt(readPackage('package.json').devDependencies)
  const declared = new Map<string, Set<string>>()
  const forTests = new Map<string, Set<string>>()
  const forTypes = new Map<string, Set<string>>()
  for (const name of mayImport.keys()) {
    if (!existsSync(path.join(root, 'packages', name))) continue
    const own = readPackage(`packages/${name}/package.json`)
    declared.set(name, new Set([...keysAt(own.dependencies), ...keysAt(own.optionalDependencies)]))
    forTests.set(name, new Set([...rootDev, ...keysAt(own.devDependencies)]))
    forTypes.set(name, new Set(keysAt(own.devDependencies)))
  }
  return { mayImport, declared, forTests, forTypes }
}

function readPackage(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'))
}

function keysAt(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

describe('layers', () => {
  const rules = readRules()
  const files = globSync('packages/*/src/**/*.ts', { cwd: root }).map((file) =>
    file.split(path.sep).join('/'),
  )

  test('every package has a row in the table of docs/MAP.md', () => {
    const packages = globSync('packages/*/package.json', { cwd: root })
      .map((file) => path.basename(path.dirname(file)))
      .sort()
    assert.deepEqual([...rules.mayImport.keys()].sort(), packages)
  })

  test('every import in packages/*/src keeps to the table', () => {
    assert.ok(files.length > 0, 'no source file found')
    const breaches = files.flatMap((file) =>
      breachesOf(file, readFileSync(path.join(root, file), 'utf8'), rules),
    )
    assert.equal(breaches.join('\n'), '')
  })

  const server = 'packages/server/src/main.ts'
  const domain = 'packages/domain/src/a.ts'
  const inTest = 'packages/oauth/src/a.test.ts'
  const cases: readonly [
    title: string,
    file: string,
    source: string,
    breach: string | undefined,
  ][] = [
    [
      'the wrong way',
      domain,
      `import { a } from '@grantd/server'`,
      'domain must not import server',
    ],
    ['a type', domain, `import type { A } from '@grantd/oauth'`, 'domain must not import oauth'],
    [
      'over lines',
      domain,
      `import {\n  a,\n} from '@grantd/actors'`,
      'domain must not import actors',
    ],
    ['a re-export', domain, `export { a } from '@grantd/oauth'`, 'domain must not import oauth'],
    ['a dynamic import', domain, `await import('@grantd/oauth')`, 'domain must not import oauth'],
    ['an import type', domain, `let a: import('@grantd/oauth').A`, 'domain must not import oauth'],
    ['a bare import', domain, `import '@grantd/oauth'`, 'domain must not import oauth'],
    ['another package by path', server, `import '../../oauth/src/a.ts'`, 'leaves the package'],
    ['its own file', 'packages/oauth/src/x/a.ts', `import '../../src/b.ts'`, undefined],
    ['an undeclared package', server, `import 'left-pad'`, 'left-pad is not declared'],
    ['Fastify out of its home', server, `import 'fastify'`, 'may import fastify'],
    ['Fastify at home', `${FASTIFY_HOME}a.ts`, `import 'fastify'`, undefined],
    ['a tool of the workspace', 'packages/oauth/src/a.ts', `import 'fast-check'`, 'not declared'],
    ['a tool of the workspace, in a test', inTest, `import 'fast-check'`, undefined],
    [
      'storage',
      'packages/oauth/src/a.ts',
      `import '@grantd/storage'`,
      'oauth must not import storage',
    ],
    ['types of a tool', 'packages/oauth/src/a.ts', `import type { A } from 'typebox'`, undefined],
    [
      'the tool itself',
      'packages/oauth/src/a.ts',
      `import { type A, b } from 'typebox'`,
      'declared',
    ],
    ['storage, in a test', inTest, `import '@grantd/storage'`, undefined],
    ['the testkit, in a test', inTest, `import '@grantd/testkit'`, undefined],
    ['the server, in a test', inTest, `import '@grantd/server'`, 'oauth must not import server'],
    ['a comment', domain, `// import '@grantd/server'\n/* import '@grantd/oauth' */`, undefined],
    ['text that reads like one', domain, `const csp = "script-src from 'self'"`, undefined],
  ]
  for (const [title, file, source, breach] of cases) {
    test(`${breach === undefined ? 'allows' : 'reports'} ${title}`, () => {
      const found = breachesOf(file, source, rules)
      if (breach === undefined) assert.deepEqual(found, [])
      else assert.ok(found.length === 1 && found[0]?.includes(breach), found.join('\n') || 'none')
    })
  }
})
