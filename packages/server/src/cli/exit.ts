/** What the shell learns. Codes never change; scripts depend on them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3, conflict: 4, notAllowed: 5 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A command ends without success: one sentence for stderr, an exit code, and what to do about it. */
export class CliError extends Error {
  readonly exit: ExitCode
  readonly fix: string | undefined

  constructor(exit: ExitCode, what: string, fix?: string) {
    super(what)
    this.name = 'CliError'
    this.exit = exit
    this.fix = fix
  }
}

export const usageError = (what: string, fix?: string): CliError =>
  new CliError(EXIT.usage, what, fix)

export const notFound = (what: string, fix?: string): CliError =>
  new CliError(EXIT.notFound, what, fix)

export const conflict = (what: string, fix?: string): CliError =>
  new CliError(EXIT.conflict, what, fix)

export const failed = (what: string, fix?: string): CliError => new CliError(EXIT.failed, what, fix)
