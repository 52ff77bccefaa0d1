import { SETTINGS, type Setting, settingByEnv, settingByKey, typeText } from './catalog.ts'
import { notAvailableEnv, notAvailableKey } from './not-available.ts'
import { describeSource, type Effective } from './problem.ts'
import { suggest } from './suggest.ts'

/** Everything there is to say about one setting; `value` is masked when it is a secret. */
export interface Explanation {
  readonly key: string
  readonly description: string
  readonly type: string
  readonly default: string
  readonly env: readonly string[]
  readonly secret: boolean
  readonly value: unknown
  readonly source: string
}

/** The explanation, or what to answer when the name is no setting. */
export type ExplainResult =
  | { readonly found: true; readonly explanation: Explanation }
  | { readonly found: false; readonly reason: string; readonly suggestion?: string }

/**
 * Explains the setting with this HOCON key or environment name. `effective` is the result of a load
 * or the ConfigError it threw: explaining must work just when the configuration is broken.
 */
export function explainSetting(name: string, effective: Effective): ExplainResult {
  const setting = settingByKey(name) ?? settingByEnv(name)
  if (setting !== undefined) return { found: true, explanation: explanationOf(setting, effective) }
  if ((notAvailableKey(name) ?? notAvailableEnv(name)) !== undefined) {
    return { found: false, reason: `${name} is not available in this version` }
  }
  const names = SETTINGS.flatMap((known) => [known.key, ...known.env])
  const suggestion = suggest(name, names)
  const reason = `${JSON.stringify(name)} is not a setting`
  return suggestion === undefined ? { found: false, reason } : { found: false, reason, suggestion }
}

/** The explanation as lines for a terminal. */
export function formatExplanation(explanation: Explanation): string {
  const { key, description, type, env, secret, value, source } = explanation
  return [
    key,
    `  ${description}`,
    '',
    `  type     ${type}${secret ? ', secret' : ''}`,
    `  default  ${explanation.default}`,
    `  env      ${env.join(', ')}`,
    `  value    ${value === undefined ? '(not set)' : JSON.stringify(value)}`,
    `  source   ${source}`,
  ].join('\n')
}

/** The default in words, for people. */
export function defaultText(setting: Setting): string {
  if (setting.defaultText !== undefined) return setting.defaultText
  if (setting.default === undefined) return 'not set'
  if (!Array.isArray(setting.default)) return String(setting.default)
  return setting.default.length === 0 ? 'empty' : setting.default.join(', ')
}

function explanationOf(setting: Setting, { values, sources }: Effective): Explanation {
  const { key, description, secret = false } = setting
  const source = sources.get(key)
  return {
    key,
    description,
    type: typeText(setting),
    default: defaultText(setting),
    env: secret ? setting.env.flatMap((name) => [name, `${name}_FILE`]) : setting.env,
    secret,
    value: values.get(key),
    source: describeSource(source ?? { from: 'default' }),
  }
}
