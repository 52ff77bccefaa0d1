// Owns: the help texts, made from the list of commands and what each declares.
import type { Command, OptionSpec, OptionSpecs } from './command.ts'
import { HELP_OPTION } from './parse.ts'
import type { CommandEntry, CommandGroup } from './registry.ts'

export function programHelp(
  commands: readonly CommandEntry[],
  groups: readonly CommandGroup[],
): string {
  const alone = commands.filter(({ name }) => !name.includes(' '))
  const verbsOf = (group: CommandGroup): string =>
    membersOf(group.name, commands)
      .map(({ name }) => name.slice(group.name.length + 1))
      .join(', ')
  return [
    'grantd: a self-hosted OAuth 2.1 / OpenID Connect authorization server',
    '',
    ...columns(alone.map(({ name, summary }) => [`grantd ${name}`, summary])),
    '',
    ...columns(groups.map((group) => [`grantd ${group.name} …`, verbsOf(group)])),
    '',
    'Start with:  grantd dev',
    'More about one of them:  grantd client --help, grantd client create --help',
  ].join('\n')
}

export async function groupHelp(
  group: CommandGroup,
  commands: readonly CommandEntry[],
): Promise<string> {
  const members = await Promise.all(
    membersOf(group.name, commands).map(async (entry) => ({ entry, command: await entry.load() })),
  )
  return [
    `grantd ${group.name}: ${group.summary}`,
    '',
    ...columns(members.map(({ entry, command }) => [synopsis(entry.name, command), entry.summary])),
    '',
    'Examples:',
    ...members.flatMap(({ command }) => command.examples.slice(0, 1).map(indent)),
  ].join('\n')
}

export function commandHelp({ name, summary }: CommandEntry, command: Command): string {
  const { args = [], options, examples, details } = command
  return [
    `${synopsis(name, command)} [options]`,
    '',
    indent(summary),
    ...(details === undefined ? [] : ['', ...details.split('\n').map(indent)]),
    ...(args.length === 0
      ? []
      : ['', 'Arguments:', ...columns(args.map((arg) => [arg.name, arg.help]))]),
    '',
    'Options:',
    ...columns(optionRows({ ...options, ...HELP_OPTION })),
    '',
    'Examples:',
    ...examples.map(indent),
  ].join('\n')
}

export function membersOf(
  group: string,
  commands: readonly CommandEntry[],
): readonly CommandEntry[] {
  return commands.filter(({ name }) => name.startsWith(`${group} `))
}

function indent(line: string): string {
  return `  ${line}`
}

function synopsis(name: string, { args = [] }: Command): string {
  const shown = args.map((arg) => (arg.isOptional ? `[<${arg.name}>]` : `<${arg.name}>`))
  return ['grantd', name, ...shown].join(' ')
}

function optionRows(options: OptionSpecs): [string, string][] {
  return Object.entries(options).map(([name, spec]) => [optionHead(name, spec), spec.help])
}

function optionHead(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `
  const value = spec.type === 'flag' ? '' : ` ${spec.value ?? 'VALUE'}`
  return `${short}--${name}${value}${spec.many ? ' …' : ''}`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([head]) => head.length))
  return rows.map(([head, text]) => `  ${head.padEnd(width)}  ${text}`)
}
