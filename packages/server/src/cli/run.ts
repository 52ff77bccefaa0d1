// Owns: one command line from argv to an exit code. Start here: `run`; the commands are in registry.ts.
import { suggest } from '../config/suggest.ts'
import { EXIT, type ExitCode, usageError } from './exit.ts'
import { commandHelp, groupHelp, membersOf, programHelp } from './help.ts'
import { parse, splitArgv } from './parse.ts'
import { COMMANDS, type CommandEntry, GROUPS } from './registry.ts'
import { report } from './report.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Runs one command line and resolves to its exit code. Data goes to stdout, talk to stderr. */
export async function run(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  try {
    return await dispatch(argv, terminal)
  } catch (error) {
    return await report(error, terminal)
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { lead, words } = splitArgv(argv)
  if (words[0] === 'help') return help(words.slice(1), terminal)
  const wantsHelp = [...lead, ...words].some((word) => word === '--help' || word === '-h')
  const [first] = words
  if (first === undefined) {
    if (lead.includes('--version')) return printVersion(terminal)
    if (wantsHelp) return help([], terminal)
    const [option] = lead
    if (option !== undefined) throw usageError(`which command? ${option} alone says nothing`, SEE)
    terminal.say(programHelp(COMMANDS, GROUPS))
    return EXIT.usage
  }
  const entry = findCommand(words)
  if (entry === undefined) return noCommand(words, wantsHelp, terminal)
  const command = await entry.load()
  const rest = words.slice(entry.name.split(' ').length)
  const parsed = parse(entry.name, command, [...lead, ...rest])
  if (parsed.wantsHelp) {
    terminal.print(commandHelp(entry, command))
    return EXIT.ok
  }
  const { options, args, settingFlags } = parsed
  // parse.ts made the values after the specs of this very command.
  return command.run({ options: options as never, args, settingFlags, terminal })
}

const SEE = 'see: grantd --help'

function findCommand(words: readonly string[]): CommandEntry | undefined {
  const [first, second] = words
  return (
    COMMANDS.find(({ name }) => name === `${first} ${second}`) ??
    COMMANDS.find(({ name }) => name === first)
  )
}

async function help(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first] = words
  if (first === undefined) {
    terminal.print(programHelp(COMMANDS, GROUPS))
    return EXIT.ok
  }
  const entry = findCommand(words)
  if (entry === undefined) return noCommand(words, true, terminal)
  terminal.print(commandHelp(entry, await entry.load()))
  return EXIT.ok
}

/** A noun without a verb shows its verbs; anything else is unknown. */
async function noCommand(
  words: readonly string[],
  wantsHelp: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = '', second] = words
  const group = GROUPS.find(({ name }) => name === first)
  if (group === undefined) {
    const known = [...GROUPS, ...COMMANDS].map(({ name }) => name)
    throw usageError(`there is no command ${JSON.stringify(first)}${hint(first, known)}`, SEE)
  }
  if (second === undefined || second.startsWith('-')) {
    const text = await groupHelp(group, COMMANDS)
    if (wantsHelp) terminal.print(text)
    else terminal.say(text)
    return wantsHelp ? EXIT.ok : EXIT.usage
  }
  const verbs = membersOf(first, COMMANDS).map(({ name }) => name.slice(first.length + 1))
  throw usageError(
    `there is no command "grantd ${first} ${second}"${hint(second, verbs)}`,
    `see: grantd ${first} --help`,
  )
}

function hint(typo: string, known: readonly string[]): string {
  const meant = suggest(typo, known)
  return meant === undefined ? '' : `; did you mean "${meant}"?`
}

async function printVersion(terminal: Terminal): Promise<ExitCode> {
  const { readFileSync } = await import('node:fs')
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  terminal.print(String(JSON.parse(manifest).version))
  return EXIT.ok
}
