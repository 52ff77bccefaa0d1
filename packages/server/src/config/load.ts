// Owns: the precedence defaults < file < environment < flags, and reporting all problems at once.
// Does not own: what a setting is (settings.ts), what each source may say (*-layer.ts), rules.ts.
// Start here: `loadSettings`.
import path from 'node:path'
import type { Candidate, Layer } from './candidate.ts'
import { SETTINGS, type Setting, settingByKey, valueAt } from './catalog.ts'
import { convert } from './convert.ts'
import { envLayer } from './env-layer.ts'
import { flagLayer } from './flag-layer.ts'
import type { FileReader } from './hocon/include.ts'
import { readTextFile } from './hocon/read.ts'
import { maskValue, showValue } from './mask.ts'
import type { Mode } from './mode.ts'
import { ConfigError, type ConfigProblem, type Effective, type Source } from './problem.ts'
import { readConfigFile, readEnvironment } from './read-sources.ts'
import { type Finding, isLocalOnly, RULES } from './rules.ts'
import type { Settings } from './settings.ts'

/** Everything outside that the configuration depends on. */
export interface LoadOptions {
  readonly mode: Mode
  readonly env: Readonly<Record<string, string | undefined>>
  /** HOCON key → text from the command line; the entry `config` is the path of the file. */
  readonly argvFlags?: Readonly<Record<string, string>>
  readonly cwd: string
  readonly readFile?: FileReader
}

/** A usable configuration. `problems` holds warnings only. */
export interface LoadedSettings extends Effective {
  readonly settings: Settings
  readonly problems: readonly ConfigProblem[]
}

/**
 * Reads the configuration: defaults < application.conf < environment < flags. In dev mode `.env` of
 * the working folder fills in variables the process does not have. An empty value counts as not set.
 * Throws ConfigError with every problem found; never touches anything but the files it reads.
 */
export function loadSettings(options: LoadOptions): LoadedSettings {
  const { mode, env, cwd, argvFlags = {}, readFile = readTextFile } = options
  const { config, ...flags } = argvFlags
  const files = { cwd, readFile }
  const environment = readEnvironment(env, mode === 'dev' ? files : undefined)
  const file = readConfigFile(config, environment.variables, files)
  const layers = [file.layer, envLayer(environment.variables, files), flagLayer(flags)]
  const problems = [...environment.problems, ...layers.flatMap((layer) => layer.problems)]

  const values = new Map<string, unknown>()
  const sources = new Map<string, Source>()
  const unread = new Set(problems.filter(isError).map((problem) => problem.key))
  for (const setting of SETTINGS) {
    const candidate = strongest(layers, setting.key)
    if (candidate !== undefined) sources.set(setting.key, candidate.source)
    const outcome = typedValue(setting, candidate)
    if ('refusal' in outcome) {
      problems.push(outcome.refusal)
      unread.add(setting.key)
    } else if (outcome.value !== undefined) values.set(setting.key, outcome.value)
  }
  for (const [key, value] of mode === 'dev' ? devDefaults(values) : []) {
    if (!sources.has(key)) values.set(key, value)
  }

  const settings = assemble(values)
  const effective = { values: masked(values), sources }
  // Without the file a default proves nothing: only values from stronger sources are judged.
  const findings = applyRules(settings, { mode, unread, sources })
  problems.push(...findings.filter(({ key }) => file.readable || sources.has(key)))
  if (problems.some(isError)) throw new ConfigError(problems, effective)
  return { settings, ...effective, problems }
}

/** What development mode takes where nothing is said: everything in one folder, logs to be read. */
function devDefaults(
  values: ReadonlyMap<string, unknown>,
): [key: string, value: string | number | boolean][] {
  const database = path.join(String(values.get('data.dir')), 'grantd.db')
  return [
    ['database.url', `sqlite:${database}?mode=rwc`],
    ['log.format', 'pretty'],
    // One developer, one address, and tests that run in a loop: the headers are there, the walls are far.
    ['rate_limit.max_requests', 10_000],
    ['rate_limit.invalid_client_max_requests', 100],
    ['rate_limit.credentials_max_requests', 1_000],
    ['rate_limit.registration_max_requests', 1_000],
    ['metrics.public', true],
    ['api_docs.swagger_ui', true],
  ]
}

function isError(problem: ConfigProblem): boolean {
  return problem.severity === 'error'
}

function masked(values: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const shown = SETTINGS.map(
    ({ key, secret = false }) => [key, maskValue(values.get(key), secret)] as const,
  )
  return new Map(shown.filter(([, value]) => value !== undefined))
}

/** The last layer that has a value, its source linked to those it overrides. */
function strongest(layers: readonly Layer[], key: string): Candidate | undefined {
  let winner: Candidate | undefined
  for (const layer of layers) {
    const next = layer.candidates.get(key)
    if (next === undefined) continue
    const source = winner ? { ...next.source, overrides: winner.source } : next.source
    winner = { raw: next.raw, source }
  }
  return winner
}

function typedValue(
  setting: Setting,
  candidate: Candidate | undefined,
): { value: unknown } | { refusal: ConfigProblem } {
  if (candidate === undefined) return { value: setting.default }
  const converted = convert(setting, candidate.raw)
  if ('value' in converted) return converted
  const { key, secret = false } = setting
  const { source, raw } = candidate
  return {
    refusal: {
      ...converted.refusal,
      severity: 'error',
      key,
      source,
      value: showValue(raw, secret),
    },
  }
}

function assemble(values: ReadonlyMap<string, unknown>): Settings {
  const root: Record<string, unknown> = {}
  for (const { key } of SETTINGS) {
    const path = key.split('.')
    const name = path.pop() ?? ''
    let section = root
    for (const part of path) {
      section[part] ??= {}
      section = section[part] as Record<string, unknown> // made on the line above
    }
    // A value that was refused falls back to the default only to let the rules look at the rest.
    const value = values.get(key) ?? settingByKey(key)?.default
    if (value !== undefined) section[name] = value
  }
  for (const section of Object.values(root)) Object.freeze(section)
  // Each value was converted to the type its schema leaf promises (tested against the schema).
  return Object.freeze(root) as unknown as Settings
}

function applyRules(
  settings: Settings,
  known: { mode: Mode; unread: ReadonlySet<string>; sources: ReadonlyMap<string, Source> },
): ConfigProblem[] {
  const lifted = settings.allow_insecure_defaults && isLocalOnly(settings)
  const problem = ({ liftable, ...finding }: Finding): ConfigProblem => {
    const source: Source = known.sources.get(finding.key) ?? { from: 'default' }
    const isWarning = known.mode === 'tool' || (lifted && liftable === true)
    return {
      ...finding,
      severity: isWarning ? 'warning' : 'error',
      source,
      ...valueShown(settings, finding.key),
    }
  }
  return RULES.filter((rule) => rule.modes.includes(known.mode))
    .filter((rule) => !rule.keys.some((key) => known.unread.has(key)))
    .flatMap((rule) => rule.check(settings).map(problem))
}

function valueShown(settings: Settings, key: string): { value?: string } {
  const value = valueAt(settings, key)
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return {}
  return { value: showValue(value, settingByKey(key)?.secret ?? false) }
}
