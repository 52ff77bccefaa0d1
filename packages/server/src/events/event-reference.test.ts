import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { eventReference } from './event-reference.ts'

test('docs/reference/events is current; write it with: node scripts/event-schemas.ts', () => {
  const folder = path.resolve(import.meta.dirname, '../../../../docs/reference/events')
  const files = eventReference()
  assert.deepEqual(readdirSync(folder).sort(), [...files.keys()].sort())
  for (const [name, text] of files) {
    assert.equal(readFileSync(path.join(folder, name), 'utf8'), text, name)
  }
})
