import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'

const LOG = pathToFileURL(`${import.meta.dirname}/log.ts`).href
const HOSTILE = 'a\r\n{"level":50,"msg":"forged"}\n\u001b[2J\u009b31m\u2028\u0000b'

// What moves a cursor or ends a line, but for the one line end of the line itself.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

/** What one line of a log made with this format is on stderr. */
function written(format: 'json' | 'pretty'): string {
  const script = `
    import { createLog } from ${JSON.stringify(LOG)}
    const log = createLog({ log: { format: '${format}', level: 'info' } })
    const hostile = ${JSON.stringify(HOSTILE)}
    log.info({ err: new Error(hostile), reason: hostile, event: { metadata: { [hostile]: hostile } } }, hostile)
    log.flush()`
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return stderr
}

describe('T201 what a stranger sent is one line of the log', () => {
  test('as JSON', () => {
    const text = written('json')
    assert.equal(text.trimEnd().split(/[\r\n]/).length, 1)
    assert.equal(JSON.parse(text).reason, HOSTILE, 'nothing is lost')
  })

  test('for people', () => {
    const text = written('pretty')
    const [line = '', ...stack] = text.trimEnd().split('\n')
    assert.match(line, /^[\d:.]+ INFO /)
    for (const below of stack) assert.match(below, /^ {4}/, 'a stack is no line of its own')
    assert.doesNotMatch(text, CONTROLS)
  })
})
