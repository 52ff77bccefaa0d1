// `node scripts/test.ts [unit|services|browser|crash] [options of node --test]`: finds a suite's files and runs them.
import { spawn, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'

interface Suite {
  readonly include: readonly string[]
  /** Folders of slower suites, which a broader pattern would find too. */
  readonly exclude: readonly string[]
  readonly mayBeEmpty: boolean
}

const SUITES: Readonly<Record<string, Suite>> = {
  unit: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/*.test.ts'],
    exclude: ['browser', 'blackbox', 'crash', 'services'],
    mayBeEmpty: false,
  },
  services: { include: ['packages/*/test/services/**/*.test.ts'], exclude: [], mayBeEmpty: false },
  browser: {
    include: [
      'packages/server/test/browser/**/*.test.ts',
      'packages/server/test/blackbox/**/*.test.ts',
    ],
    exclude: [],
    mayBeEmpty: true,
  },
  crash: { include: ['packages/server/test/crash/**/*.test.ts'], exclude: [], mayBeEmpty: true },
}

const root = path.resolve(import.meta.dirname, '..')

function filesOf(suite: Suite): string[] {
  return globSync(suite.include, { cwd: root })
    .filter((file) => {
      const [, , place, ...rest] = file.split(path.sep)
      return place !== 'test' || !rest.some((folder) => suite.exclude.includes(folder))
    })
    .sort()
}

/** A suite that skipped what is not there would prove nothing. */
function areServicesUp(): boolean {
  const status = spawnSync('bash', ['scripts/services.sh', 'status'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status.status === 0) return true
  console.error('A service is missing; start them with: bash scripts/services.sh up')
  return false
}

function run(files: readonly string[], options: readonly string[]): void {
  const flags = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...options]
  // Each file is a process of its own that loads the same modules; compiled once, they load in half
  // the time.
  const cache = path.join(root, 'node_modules', '.cache', 'compiled')
  const env = { NODE_COMPILE_CACHE: cache, ...process.env }
  const child = spawn(process.execPath, [...flags, ...files], { cwd: root, stdio: 'inherit', env })
  child.on('error', (error) => {
    console.error(`Cannot start the tests: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal) console.error(`The tests were ended by ${signal}`)
    process.exitCode = code ?? 1
  })
}

const [first, ...others] = process.argv.slice(2)
const named = first !== undefined && !first.startsWith('-')
const name = named ? first : 'unit'
const options = named || first === undefined ? others : [first, ...others]
const suite = SUITES[name]

if (!suite) {
  console.error(`Unknown suite "${name}"; there are ${Object.keys(SUITES).join(', ')}`)
  process.exitCode = 1
} else {
  const files = filesOf(suite)
  if (name === 'services' && !areServicesUp()) process.exitCode = 1
  else if (files.length > 0) run(files, options)
  else if (suite.mayBeEmpty) console.log(`The ${name} suite has no test files yet; nothing was run`)
  else {
    console.error(`No test file found for the ${name} suite in ${root}`)
    process.exitCode = 1
  }
}
