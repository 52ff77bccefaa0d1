// `node scripts/openapi.ts` writes docs/reference/openapi.json; with `--check` it only says whether it is current.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openApiReference } from '../packages/server/src/openapi/reference.ts'

const target = path.resolve(import.meta.dirname, '../docs/reference/openapi.json')
const text = openApiReference()
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  console.error('docs/reference/openapi.json is not current; run: node scripts/openapi.ts')
  process.exitCode = 1
}
