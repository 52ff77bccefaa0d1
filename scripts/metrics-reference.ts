// `node scripts/metrics-reference.ts` writes docs/reference/metrics.md; with `--check` it only says whether it is current.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { everyMetric } from '../packages/server/src/metrics/every-metric.ts'
import { metricsReference } from '../packages/server/src/metrics/reference.ts'

const target = path.resolve(import.meta.dirname, '../docs/reference/metrics.md')
const text = metricsReference(everyMetric())
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  console.error('docs/reference/metrics.md is not current; run: node scripts/metrics-reference.ts')
  process.exitCode = 1
}
