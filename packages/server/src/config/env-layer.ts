import path from 'node:path'
import { type Candidate, type Layer, nameProblem, showName } from './candidate.ts'
import { knownEnvNames, SETTINGS, type Setting, settingByEnv } from './catalog.ts'
import { type FileReader, isMissing } from './hocon/include.ts'
import { notAvailableEnv } from './not-available.ts'
import type { ConfigProblem, Source } from './problem.ts'
import { suggest } from './suggest.ts'

/** One environment variable and whether the process or the `.env` file set it. */
export interface Variable {
  readonly name: string
  readonly value: string
  readonly from: 'env' | 'dotenv'
}

type Outcome = { candidate?: Candidate; problems: readonly ConfigProblem[] }

// Kubernetes adds OAUTH2_…_SERVICE_HOST, _PORT_80_TCP_ADDR and more for a service named oauth2-….
const SERVICE_LINK =
  /^OAUTH2_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/

/** Picks the settings out of the environment; an `OAUTH2_*` name that is none is a problem. */
export function envLayer(
  variables: ReadonlyMap<string, Variable>,
  files: { cwd: string; readFile: FileReader },
): Layer {
  const candidates = new Map<string, Candidate>()
  const problems: ConfigProblem[] = []
  for (const setting of SETTINGS) {
    const outcome = readSetting(setting, variables, files)
    problems.push(...outcome.problems)
    if (outcome.candidate !== undefined) candidates.set(setting.key, outcome.candidate)
  }
  for (const variable of variables.values()) problems.push(...unknownName(variable))
  return { candidates, problems }
}

function readSetting(
  setting: Setting,
  variables: ReadonlyMap<string, Variable>,
  files: { cwd: string; readFile: FileReader },
): Outcome {
  const [chosen, ...others] = namesOf(setting)
    .flatMap((name) => variables.get(name) ?? [])
    // Compose files pass `NAME=` for variables the host does not have: that is "not set".
    .filter((variable) => variable.value !== '')
    .sort((a, b) => rank(a) - rank(b))
  if (chosen === undefined) return { problems: [] }
  const rivals = others.filter((other) => other.from === chosen.from)
  const clash = rivals.find((other) => isFileName(other, setting) !== isFileName(chosen, setting))
  if (clash !== undefined) return { problems: [ambiguous(setting, chosen, clash)] }
  const problems = rivals
    .filter((other) => other.value !== chosen.value)
    .map((other) => shadowed(setting, chosen, other))
  if (!isFileName(chosen, setting)) {
    return { candidate: { raw: chosen.value, source: sourceOf(chosen) }, problems }
  }
  const read = readSecretFile(setting, chosen, files)
  return 'raw' in read ? { candidate: read, problems } : { problems: [...problems, read] }
}

function namesOf({ env, secret }: Setting): string[] {
  return env.flatMap((name) => (secret ? [name, `${name}_FILE`] : [name]))
}

function rank(variable: Variable): number {
  return variable.from === 'env' ? 0 : 1
}

function isFileName(variable: Variable, setting: Setting): boolean {
  return !setting.env.includes(variable.name)
}

function sourceOf({ from, name }: Variable, file?: string): Source {
  return file === undefined ? { from, name } : { from, name, file }
}

function readSecretFile(
  setting: Setting,
  variable: Variable,
  files: { cwd: string; readFile: FileReader },
): Candidate | ConfigProblem {
  const source = sourceOf(variable, variable.value)
  const problem = { code: 'E_CONFIG_SECRET_FILE', key: setting.key, source } as const
  const fix = `let ${variable.name} name a readable file that holds the secret`
  try {
    const raw = files.readFile(path.resolve(files.cwd, variable.value)).replace(/\r?\n$/, '')
    if (raw !== '') return { raw, source }
    return nameProblem({ ...problem, what: 'comes from an empty file', why: 'nothing to use', fix })
  } catch (error) {
    const why = isMissing(error) ? 'the file does not exist' : 'the file cannot be read'
    return nameProblem({ ...problem, what: 'comes from a file that cannot be used', why, fix })
  }
}

function ambiguous(setting: Setting, chosen: Variable, other: Variable): ConfigProblem {
  return nameProblem({
    code: 'E_CONFIG_SECRET_FILE',
    key: setting.key,
    source: sourceOf(chosen),
    what: `is given by both ${chosen.name} and ${other.name}`,
    why: 'it is unclear which of the two secrets is meant',
    fix: `unset ${other.name} or ${chosen.name}`,
  })
}

function shadowed(setting: Setting, chosen: Variable, other: Variable): ConfigProblem {
  return {
    code: 'E_CONFIG_ALIAS',
    severity: 'warning',
    key: setting.key,
    source: sourceOf(chosen),
    what: `is taken from ${chosen.name}; ${other.name} has another value`,
    why: `${other.name} is a second name of the same setting and is ignored`,
    fix: `unset ${other.name}`,
  }
}

function unknownName(variable: Variable): ConfigProblem[] {
  const { name, value } = variable
  if (!name.startsWith('OAUTH2_') || name === 'OAUTH2_CONFIG') return []
  if (settingByEnv(name) !== undefined || SERVICE_LINK.test(name)) return []
  if (name.endsWith('_PORT') && /^(tcp|udp):\/\//.test(value)) return []
  const entry = notAvailableEnv(name)
  if (entry !== undefined) {
    return [
      nameProblem({
        code: 'E_CONFIG_NOT_AVAILABLE',
        key: name,
        source: sourceOf(variable),
        what: 'is not available in this version',
        why: 'a setting without effect would promise something the server does not do',
        fix: entry.instead ? `unset ${name}: ${entry.instead}` : `unset ${name}`,
      }),
    ]
  }
  const meant = suggest(name, knownEnvNames())
  return [
    nameProblem({
      code: 'E_CONFIG_UNKNOWN_ENV',
      key: showName(name),
      source: sourceOf(variable),
      what: 'is not a setting',
      why: 'a mistyped name would silently leave its setting at the default',
      fix: meant ? `did you mean ${meant}?` : `unset ${showName(name)}`,
    }),
  ]
}
