// Owns: reading argv against what a command declares. Everything wrong is a usage error with a suggestion.
import { parseArgs } from 'node:util'
import { parseDuration } from '../config/hocon/units.ts'
import { suggest } from '../config/suggest.ts'
import type { Command, OptionSpec, OptionSpecs } from './command.ts'
import { usageError } from './exit.ts'

/** Every command has these. */
export const HELP_OPTION = {
  help: { type: 'flag', short: 'h', help: 'show this text' },
} as const satisfies OptionSpecs

export interface Parsed {
  readonly wantsHelp: boolean
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly args: readonly string[]
  readonly settingFlags: Readonly<Record<string, string>>
}

/** Leading options, then the words. `--config FILE` may come before the command. */
export function splitArgv(argv: readonly string[]): { lead: string[]; words: string[] } {
  const lead: string[] = []
  let at = 0
  for (let arg = argv[at]; arg?.startsWith('-'); arg = argv[++at]) {
    lead.push(arg)
    const next = argv[at + 1]
    if (arg === '--config' && next !== undefined) {
      lead.push(next)
      at++
    }
  }
  return { lead, words: argv.slice(at) }
}

export function parse(name: string, command: Command, argv: readonly string[]): Parsed {
  const specs: OptionSpecs = { ...command.options, ...HELP_OPTION }
  const { tokens } = parseArgs({
    args: withoutSettings(argv).rest,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        {
          type: spec.type === 'flag' ? ('boolean' as const) : ('string' as const),
          ...(spec.short !== undefined && { short: spec.short }),
        },
      ]),
    ),
  })
  const options: Record<string, string | boolean | string[] | undefined> = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      spec.type === 'flag' ? false : spec.many ? [] : undefined,
    ]),
  )
  const args: string[] = []
  const problems: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value)
    if (token.kind !== 'option') continue
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
    if (spec === undefined) {
      problems.push(unknownOption(token.rawName, name, specs))
      continue
    }
    const problem = valueProblem(token, spec)
    if (problem !== undefined) problems.push(problem)
    else if (spec.type === 'flag') options[token.name] = true
    else if (spec.many) (options[token.name] as string[]).push(token.value ?? '')
    else if (options[token.name] !== undefined) problems.push(`${token.rawName} is given twice`)
    else options[token.name] = token.value
  }
  const { settingFlags } = withoutSettings(argv)
  if (Object.keys(settingFlags).length > 0 && !('config' in command.options)) {
    problems.push(`--${Object.keys(settingFlags)[0]}: this command reads no settings`)
  }
  if (options.help === true) return { wantsHelp: true, options, args, settingFlags }
  const [first] = problems
  if (first !== undefined) throw usageError(first, `see: grantd ${name} --help`)
  checkArguments(name, command, args)
  return { wantsHelp: false, options, args, settingFlags }
}

/** Takes out `--server.port 9000` and `--server.port=9000`: a dot makes it the key of a setting. */
function withoutSettings(argv: readonly string[]): {
  rest: string[]
  settingFlags: Record<string, string>
} {
  const rest: string[] = []
  const settingFlags: Record<string, string> = {}
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] ?? ''
    if (arg === '--') return { rest: [...rest, ...argv.slice(at)], settingFlags }
    const [, key, inline] = /^--([a-z_]+(?:\.[a-z_]+)+)(?:=(.*))?$/s.exec(arg) ?? []
    if (key === undefined) rest.push(arg)
    else settingFlags[key] = inline ?? argv[++at] ?? ''
  }
  return { rest, settingFlags }
}

function unknownOption(rawName: string, command: string, specs: OptionSpecs): string {
  const meant = suggest(
    rawName,
    Object.keys(specs).map((option) => `--${option}`),
  )
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  return `"grantd ${command}" has no option ${rawName}${hint}`
}

function valueProblem(
  token: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  spec: OptionSpec,
): string | undefined {
  const { rawName, value, inlineValue } = token
  if (spec.type === 'flag') {
    return value === undefined ? undefined : `${rawName} takes no value`
  }
  if (value === undefined) return `${rawName} needs a value`
  if (!inlineValue && value.startsWith('-') && value.length > 1)
    return `${rawName} needs a value; one that starts with "-" is written ${rawName}=${value}`
  if (spec.words !== undefined && !spec.words.includes(value)) {
    const meant = suggest(value, spec.words)
    const hint = meant === undefined ? `use ${spec.words.join(', ')}` : `did you mean ${meant}?`
    return `${rawName} cannot be "${value}"; ${hint}`
  }
  return undefined
}

function checkArguments(name: string, command: Command, args: readonly string[]): void {
  const declared = command.args ?? []
  const missing = declared.find((spec, at) => !spec.isOptional && args[at] === undefined)
  const see = `see: grantd ${name} --help`
  if (missing !== undefined)
    throw usageError(`"grantd ${name}" needs <${missing.name}>: ${missing.help}`, see)
  const extra = args[declared.length]
  if (extra !== undefined)
    throw usageError(`"grantd ${name}" does not know what to do with ${shown(extra)}`, see)
}

// A long word may be a secret that somebody pasted in the wrong place.
function shown(word: string): string {
  return word.length > 24 ? 'so many words' : JSON.stringify(word)
}

/** A whole number of at least `least`, or a usage error. */
export function wholeNumber(text: string, name: string, least: number, most: number): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw usageError(`--${name} must be a whole number from ${least} to ${most}`)
}

/** Seconds of "30 minutes", "7d" or a bare number of seconds; a usage error for anything else. */
export function durationSeconds(text: string, name: string, most: number): number {
  const milliseconds = parseDuration(text, 's')
  const seconds = milliseconds === undefined ? Number.NaN : milliseconds / 1_000
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= most) return seconds
  throw usageError(
    `--${name} must be a time such as "30s", "12h" or "7d", at most ${most / 86_400 === 1 ? 'a day' : `${most / 86_400} days`}`,
  )
}
