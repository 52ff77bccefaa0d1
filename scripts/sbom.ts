// Writes the list of ingredients of a server, CycloneDX as JSON, to stdout or to the file that is named:
// `node scripts/sbom.ts grantd.cdx.json`. Ends with 1 when the list would be incomplete.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { npm, SBOM } from './supply-chain/npm.ts'
import { forServers, problemsOfBom } from './supply-chain/sbom.ts'

const lockfile = path.resolve(import.meta.dirname, '../package-lock.json')
const locked = JSON.parse(readFileSync(lockfile, 'utf8'))
const bom = forServers(JSON.parse(npm(SBOM)), locked)
const text = `${JSON.stringify(bom, null, 2)}\n`
const problems = problemsOfBom(bom, locked)
const [file] = process.argv.slice(2)

if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exitCode = 1
} else if (file === undefined) process.stdout.write(text)
else writeFileSync(file, text)
