// `node scripts/boards.ts` writes the boards of Grafana and the rules of the service levels from
// scripts/boards/; with `--check` it only says whether they are current.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { BOARDS } from './boards/overview.ts'
import { boardJson } from './boards/panels.ts'
import { sloRules } from './boards/slos.ts'

const root = path.resolve(import.meta.dirname, '..')
const files = new Map([
  ...BOARDS.map((board) => [`deploy/grafana/${board.uid}.json`, boardJson(board)] as const),
  ['deploy/prometheus/rules/slos.yml', sloRules()] as const,
])
const isCheck = process.argv.includes('--check')
for (const [file, text] of files) {
  const target = path.join(root, file)
  if (!isCheck) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${file} is not current; run: node scripts/boards.ts`)
    process.exitCode = 1
  }
}
