import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const folder = fileURLToPath(new URL('../examples/', import.meta.url))
const guide = readFileSync(
  new URL('../../../docs/guide/actors.md', import.meta.url),
  'utf8',
).replaceAll('\r\n', '\n')

describe('the examples of the guide', { concurrency: true }, () => {
  for (const name of readdirSync(folder)) {
    const source = readFileSync(folder + name, 'utf8').replaceAll('\r\n', '\n')

    test(`${name} prints what it says`, async () => {
      const [, comment = ''] = source.split('\n// prints\n')
      const expected = comment.replaceAll(/^\/\/ ?/gm, '')
      assert.notEqual(expected, '')
      const { stdout } = await promisify(execFile)(process.execPath, [folder + name])
      assert.equal(stdout.replaceAll('\r\n', '\n'), expected)
    })

    test(`${name} stands in the guide as it is`, () => {
      assert.ok(guide.includes(`\`\`\`ts\n${source}\`\`\`\n`), `quote ${name} again in the guide`)
    })
  }
})
