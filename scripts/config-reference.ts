// Writes docs/reference/configuration.md from the settings schema; `--check` only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { configurationReference } from '../packages/server/src/config/reference.ts'

const file = fileURLToPath(new URL('../docs/reference/configuration.md', import.meta.url))
const wanted = configurationReference()

if (process.argv.includes('--check')) {
  if (readOrEmpty(file) !== wanted) {
    console.error(`${path.relative('.', file)} is stale; run: node scripts/config-reference.ts`)
    process.exitCode = 1
  }
} else {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, wanted)
}

function readOrEmpty(name: string): string {
  try {
    return readFileSync(name, 'utf8')
  } catch {
    return ''
  }
}
