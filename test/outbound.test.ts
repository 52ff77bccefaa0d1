import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

// There is one way to a URL that somebody else named: packages/server/src/outbound/guarded-http.ts. This
// test reads every source file for a second one.

const root = path.resolve(import.meta.dirname, '..')
const GUARDED = 'packages/server/src/outbound/guarded-http.ts'

/** Who else may open connections or ask for addresses, and why nobody else chooses where they go. */
const OTHERS: Readonly<Record<string, string>> = {
  'packages/server/src/cli/ask-server.ts': 'a command asks the server of its own configuration',
  'packages/telemetry/src/tracing/otlp/grpc-transport.ts': 'the collector that the operator named',
  'packages/telemetry/src/tracing/otlp/http-transport.ts': 'the collector that the operator named',
}

const TEST_FILE = /\.(?:test|fixture)\.ts$/
/** Types and the server's side of a module open no connection. */
const CLIENT_MODULE =
  /^import (?!type )(?:[^'"]*?\bfrom )?'(?:node:)?(?:https?|http2|dns|dns\/promises|undici|axios|got)'|import\('(?:node:)?(?:https?|http2|undici)'\)/m
const FETCH = /(?<![\w.#$])fetch\(|\bglobalThis\.fetch\b|\bnew (?:WebSocket|EventSource)\(/

/** Modules whose server or constants are used, but not their client. */
const SERVER_SIDE: Readonly<Record<string, RegExp>> = {
  'packages/server/src/http/known-head.ts':
    /import \{ type IncomingMessage, ServerResponse \} from 'node:http'/,
  'packages/server/src/http/exchange.ts': /import \{ constants, type \w+ \} from 'node:http2'/,
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

test('T125 nothing but the guarded client opens connections to URLs', () => {
  const found: string[] = []
  for (const file of globSync('packages/*/src/**/*.ts', { cwd: root })) {
    if (TEST_FILE.test(file) || file.startsWith('packages/testkit/')) continue
    const source = withoutComments(readFileSync(path.join(root, file), 'utf8'))
    const rest = source.replace(SERVER_SIDE[file] ?? /$^/, '')
    if (FETCH.test(rest) || CLIENT_MODULE.test(rest)) found.push(file)
  }
  assert.deepEqual(found.sort(), [GUARDED, ...Object.keys(OTHERS)].sort())
})
