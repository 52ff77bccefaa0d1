import path from 'node:path'
import { parseEnv } from 'node:util'
import { type Layer, nameProblem } from './candidate.ts'
import type { Variable } from './env-layer.ts'
import { fileLayer } from './file-layer.ts'
import { HoconError } from './hocon/error.ts'
import { type FileReader, isMissing } from './hocon/include.ts'
import { readHoconFile } from './hocon/read.ts'
import type { ConfigProblem, Source } from './problem.ts'

/** Where relative paths start and how files are read. */
export interface Files {
  readonly cwd: string
  readonly readFile: FileReader
}

/** The variables by name, and what is wrong with `.env`. */
export interface EnvironmentRead {
  readonly variables: ReadonlyMap<string, Variable>
  readonly problems: readonly ConfigProblem[]
}

/**
 * The environment of the process over the `.env` file of the working folder. Without `files` there
 * is no `.env`: production must not change because of a file somebody left behind.
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  files: Files | undefined,
): EnvironmentRead {
  const variables = new Map<string, Variable>()
  const add = (from: Variable['from'], values: typeof env): void => {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) variables.set(name, { name, value, from })
    }
  }
  const problems: ConfigProblem[] = []
  try {
    if (files !== undefined) add('dotenv', parseEnv(files.readFile(path.join(files.cwd, '.env'))))
  } catch (error) {
    if (!isMissing(error)) problems.push(unreadable('.env', error))
  }
  add('env', env)
  return { variables, problems }
}

/**
 * Reads the configuration file: the one named by the flag or OAUTH2_CONFIG must exist, the default
 * application.conf may be absent. `readable` is false when its content is unknown.
 */
export function readConfigFile(
  flag: string | undefined,
  variables: ReadonlyMap<string, Variable>,
  { cwd, readFile }: Files,
): { layer: Layer; readable: boolean } {
  const named = flag ?? (variables.get('OAUTH2_CONFIG')?.value || undefined)
  const label = named ?? 'application.conf'
  const env = Object.fromEntries([...variables.values()].map(({ name, value }) => [name, value]))
  const nothing: Layer = { candidates: new Map(), problems: [] }
  try {
    const root = readHoconFile(path.resolve(cwd, label), { env, label, readFile })
    return { layer: fileLayer(root), readable: true }
  } catch (error) {
    if (named === undefined && isMissing(error)) return { layer: nothing, readable: true }
    const problem = error instanceof HoconError ? invalid(error) : unreadable(label, error)
    return { layer: { ...nothing, problems: [problem] }, readable: false }
  }
}

function invalid(error: HoconError): ConfigProblem {
  const { file, line, column } = error.origin
  return nameProblem({
    code: 'E_CONFIG_SYNTAX',
    key: file,
    source: { from: 'file', file, line },
    what: `is not valid at line ${line}, column ${column}`,
    why: error.reason,
    fix: 'correct the line; values with : / @ and the like go in double quotes',
  })
}

function unreadable(file: string, error: unknown): ConfigProblem {
  const source: Source = { from: 'file', file, line: 0 }
  return nameProblem({
    code: 'E_CONFIG_FILE',
    key: file,
    source,
    what: 'cannot be read',
    why: isMissing(error) ? 'there is no such file' : 'the system refuses to read it as a file',
    fix:
      file === '.env'
        ? 'make it a readable file, or remove it'
        : 'correct --config or OAUTH2_CONFIG, or make the file readable',
  })
}
