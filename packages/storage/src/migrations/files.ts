import { readdirSync, readFileSync } from 'node:fs'
import { flywayChecksum } from './checksum.ts'

/** One `V<version>__<description>.sql` file. */
export interface MigrationFile {
  readonly version: string
  readonly description: string
  readonly script: string
  readonly checksum: number
  readonly sql: string
}

const NAME = /^V(\d+(?:[._]\d+)*)__(.+)\.sql$/

/** Orders dotted versions by number: 2 before 10, 1 before 1.1. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The migrations of a folder in the order of their versions. Other files are ignored. */
export function migrationFiles(folder: URL): readonly MigrationFile[] {
  return readdirSync(folder)
    .flatMap((script) => {
      const [, version, description] = NAME.exec(script) ?? []
      if (version === undefined || description === undefined) return []
      const sql = readFileSync(new URL(script, folder), 'utf8')
      return {
        version: version.replaceAll('_', '.'),
        description: description.replaceAll('_', ' '),
        script,
        checksum: flywayChecksum(sql),
        sql,
      }
    })
    .sort((a, b) => compareVersions(a.version, b.version))
}
