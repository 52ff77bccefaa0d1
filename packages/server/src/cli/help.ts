// Owns: the help texts, made from what commands declare.
import type { Command, OptionSpec, OptionSpecs } from './command.ts'
import { HELP_OPTION } from './parse.ts'

/** A noun that several commands share. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
}

export function programHelp(commands: readonly Command[], groups: readonly CommandGroup[]): string {
  const alone = commands.filter(({ name }) => !name.includes(' '))
  const verbsOf = (group: CommandGroup): string =>
    membersOf(group.name, commands)
      .map(({ name }) => name.slice(group.name.length + 1))
      .join('|')
  return [
    'grantd: a self-hosted OAuth 2.1 / OpenID Connect authorization server',
    '',
    ...columns(alone.map(({ name, summary }) => [`grantd ${name}`, summary])),
    '',
    ...columns(
      groups.map((group) => [`grantd ${group.name}`, `${group.summary}: ${verbsOf(group)}`]),
    ),
    '',
    'Start with:  grantd dev',
    'More about one of them:  grantd client --help, grantd client create --help',
  ].join('\n')
}

export function groupHelp(group: CommandGroup, commands: readonly Command[]): string {
  const members = membersOf(group.name, commands)
  return [
    `grantd ${group.name}: ${group.summary}`,
    '',
    ...columns(members.map((member) => [synopsis(member), member.summary])),
    '',
    'Examples:',
    ...members.flatMap(({ examples }) => examples.slice(0, 1).map((example) => `  ${example}`)),
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const { args = [], options, examples, details } = command
  return [
    `${synopsis(command)} [options]`,
    '',
    `  ${command.summary}`,
    ...(details === undefined ? [] : ['', ...details.split('\n').map((line) => `  ${line}`)]),
    ...(args.length === 0
      ? []
      : ['', 'Arguments:', ...columns(args.map(({ name, help }) => [name, help]))]),
    '',
    'Options:',
    ...columns(optionRows({ ...options, ...HELP_OPTION })),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
  ].join('\n')
}

export function membersOf(group: string, commands: readonly Command[]): readonly Command[] {
  return commands.filter(({ name }) => name.startsWith(`${group} `))
}

function synopsis({ name, args = [] }: Command): string {
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
