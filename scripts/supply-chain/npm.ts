import { spawnSync } from 'node:child_process'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')
const MOST_BYTES = 100_000_000

/** What npm printed on stdout, whatever it ended with: its reports end with 1 when they found something. */
export function npm(args: readonly string[]): string {
  const { stdout, error } = spawnSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    shell: process.platform === 'win32',
  })
  if (error !== undefined) throw error
  return stdout
}

/** Asks for the list of everything that is installed, as CycloneDX. */
export const SBOM: readonly string[] = [
  'sbom',
  '--sbom-format',
  'cyclonedx',
  '--sbom-type',
  'application',
]
