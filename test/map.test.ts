import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.resolve(import.meta.dirname, '..')

/** `packages/a/src/b.ts`, `docs/adr/`, `biome.json`; neither `@grantd/a` nor `/oauth/token`. */
const PATH = /^(?:[\w.-]+\/)+[\w.-]*$|^[\w-]+\.(?:ts|mjs|json|md)$/

test('every path that docs/MAP.md names exists', () => {
  const map = readFileSync(path.join(root, 'docs/MAP.md'), 'utf8')
  const named = [...map.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '')
  const paths = [...new Set(named.filter((text) => PATH.test(text)))]
  assert.ok(
    paths.length > 20,
    `only ${paths.length} paths found: the pattern no longer fits the file`,
  )
  assert.deepEqual(
    paths.filter((file) => !existsSync(path.join(root, file))),
    [],
  )
})
