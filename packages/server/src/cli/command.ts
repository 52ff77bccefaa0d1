// Owns: what a command is. Does not own: the list (registry.ts), reading argv (parse.ts), help text.
// Start here: `command`; a new command is one file in commands/ and one entry in registry.ts.
import type { ExitCode } from './exit.ts'
import type { Terminal } from './terminal.ts'

export interface OptionSpec {
  readonly type: 'text' | 'flag'
  /** May be given several times; the value is then a list. */
  readonly many?: true
  readonly short?: string
  /** What the value is called in the help: `NAME`. */
  readonly value?: string
  readonly help: string
  /** The only words the value may be. */
  readonly words?: readonly string[]
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

type ValueOf<Spec extends OptionSpec> = Spec extends { type: 'flag' }
  ? boolean
  : Spec extends { many: true }
    ? readonly string[]
    : string | undefined

export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: ValueOf<Specs[Name]>
}

export interface ArgumentSpec {
  readonly name: string
  readonly help: string
  readonly isOptional?: true
}

export interface CommandInput<Specs extends OptionSpecs> {
  readonly options: OptionValues<Specs>
  /** One entry per declared argument that was given. */
  readonly args: readonly string[]
  /** Settings given as `--server.port 9000`: HOCON key → text. */
  readonly settingFlags: Readonly<Record<string, string>>
  readonly terminal: Terminal
}

/** One command as data: what it takes, how it reads in the help, what it does. Its name is in registry.ts. */
export interface Command<Specs extends OptionSpecs = OptionSpecs> {
  /** More for its own help page. */
  readonly details?: string
  readonly args?: readonly ArgumentSpec[]
  readonly options: Specs
  /** Complete command lines that work. */
  readonly examples: readonly string[]
  run(input: CommandInput<Specs>): Promise<ExitCode>
}

/** Gives `run` the types of its options. */
export function command<const Specs extends OptionSpecs>(declared: Command<Specs>): Command {
  // The values that parse.ts makes follow the specs, so `run` gets exactly what it declares.
  return declared as unknown as Command
}
