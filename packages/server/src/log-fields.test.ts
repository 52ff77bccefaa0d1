import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { ambientOrigin } from '@grantd/oauth'
import { LISTED, shownFields } from './log-fields.ts'

/** Shown whatever they are called: errors by what `shownError` lets through, numbers, yes or no. */
const NO_TEXT = new Set(
  'err at attempt events maxWaiting pause_ms ended pid purged refused seconds seq spans_lost unknown waiting worker'.split(
    ' ',
  ),
)
/** Fields that were put together before the call. */
const CALL_WITH_NAME = /\blog\??\.(?:debug|info|warn|error)\(\s*(\w+),/g
const CALL = /\blog\??\.(?:debug|info|warn|error)\(\s*\{/g

/** Names of the members of the object that begins at `start`, where they are written out. */
function namesAt(source: string, start: number): string[] {
  const names: string[] = []
  let depth = 0
  let isName = true
  for (let at = start; at < source.length; at++) {
    const character = source[at] ?? ''
    if (/[([{]/.test(character)) depth++
    else if (/[)\]}]/.test(character) && --depth === 0) break
    if (depth !== 1) continue
    if (character === ',' || at === start) {
      isName = true
      continue
    }
    const word = isName && /^[\w$]+/.exec(source.slice(at))?.[0]
    if (character === '.' || word) isName = false
    if (word) names.push(word)
  }
  return names
}

describe('fields of the log', () => {
  test('every field that is written anywhere is listed, or is no text', () => {
    const root = path.resolve(import.meta.dirname, '../../..')
    const files = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
      (file) => !/\.(test|fixture)\.ts$/.test(file),
    )
    const unlisted: string[] = []
    let count = 0
    const check = (file: string, names: readonly string[]) => {
      count += names.length
      for (const name of names)
        if (!LISTED.has(name) && !NO_TEXT.has(name)) unlisted.push(`${file}: ${name}`)
    }
    for (const file of files) {
      const source = readFileSync(path.join(root, file), 'utf8')
      for (const { index, 0: call } of source.matchAll(CALL)) {
        check(file, namesAt(source, index + call.length - 1))
      }
      for (const { index, 1: name = '' } of source.matchAll(CALL_WITH_NAME)) {
        const made = `const ${name} = {`
        const start = source.lastIndexOf(made, index)
        assert.ok(
          start !== -1,
          `${file}: make ${name} in an object above, so that it can be checked`,
        )
        check(file, namesAt(source, start + made.length - 1))
      }
    }
    assert.ok(count > 30, `only ${count} fields were found`)
    assert.deepEqual(
      unlisted,
      [],
      'list them in log-fields.ts, or in this test when they are no text',
    )
  })

  test('a line within a request names it; what a line says itself counts first', () => {
    const origin = { correlationId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed', source: 'http' }
    ambientOrigin.run(origin, () => {
      assert.deepEqual(shownFields({ client: 'demo' }), {
        request_id: origin.correlationId,
        client: 'demo',
      })
      assert.deepEqual(shownFields({ request_id: 'other' }), { request_id: 'other' })
    })
    assert.deepEqual(shownFields({ client: 'demo' }), { client: 'demo' })
  })
})
