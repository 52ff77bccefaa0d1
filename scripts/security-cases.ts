// Writes docs/security/cases.md: each case, its tests, or why it has none. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { casesPage } from './security-cases/page.ts'

const root = path.resolve(import.meta.dirname, '..')
const file = path.join(root, 'docs/security/cases.md')

try {
  const wanted = casesPage(root)
  if (!process.argv.includes('--check')) writeFileSync(file, wanted)
  else if (readFileSync(file, 'utf8') !== wanted) {
    console.error('docs/security/cases.md is stale; run: node scripts/security-cases.ts')
    process.exitCode = 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
