// Owns: what a person reads on stderr when a command fails, and the exit code that goes with it.
import { OAuthError, StorageError } from '@grantd/domain'
import { formatProblems } from '../config/format.ts'
import { ConfigError } from '../config/problem.ts'
import { formatStartError, StartError } from '../start-error.ts'
import { CliError, EXIT, type ExitCode } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** Says what went wrong and resolves it to an exit code. */
export async function report(error: unknown, terminal: Terminal): Promise<ExitCode> {
  if (error instanceof CliError) {
    terminal.say(`grantd: ${error.message}`)
    if (error.fix !== undefined) terminal.say(`  fix    ${error.fix}`)
    return error.exit
  }
  if (error instanceof ConfigError) {
    terminal.say(formatProblems(error.problems, { colour: hasColour(terminal) }))
    return EXIT.failed
  }
  if (error instanceof StartError) {
    terminal.say(formatStartError(error).trimEnd())
    return EXIT.failed
  }
  const coded = await operatorError(error)
  if (coded !== undefined) {
    terminal.say(`${coded.code}  ${coded.message}`)
    return EXIT.failed
  }
  if (error instanceof StorageError) return reportStorage(error, terminal)
  if (error instanceof OAuthError) return reportRefusal(error, terminal)
  terminal.say(`grantd: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return EXIT.failed
}

/** Loaded only now: most commands end without an error, and many need neither package. */
async function operatorError(
  error: unknown,
): Promise<{ code: string; message: string } | undefined> {
  const [{ KeyError }, { MigrationError }] = await Promise.all([
    import('@grantd/oauth'),
    import('@grantd/storage'),
  ])
  return error instanceof MigrationError || error instanceof KeyError ? error : undefined
}

export function hasColour(terminal: Terminal, stream: 'data' | 'talk' = 'talk'): boolean {
  return terminal.isColoured(stream)
}

function reportStorage(error: StorageError, terminal: Terminal): ExitCode {
  if (error.kind === 'conflict') {
    terminal.say('grantd: that exists already, or somebody changed it at the same moment')
    return EXIT.conflict
  }
  terminal.say(`E_STORAGE_${error.kind.toUpperCase()}  ${error.message}`)
  terminal.say(`  fix    ${error.fix ?? STORAGE_FIX[error.kind]}`)
  return EXIT.failed
}

const STORAGE_FIX = {
  unavailable:
    'check OAUTH2_DATABASE_URL: that the server answers, or the folder exists, and that you may write there',
  unknown: 'look before you repeat it: the change may have been written',
  corrupt: 'stop the server, keep a copy of the file, restore a backup; see grantd doctor',
} as const

/** The rules of the server refuse what was asked for: the words on the command line are at fault. */
function reportRefusal(error: OAuthError, terminal: Terminal): ExitCode {
  terminal.say(`grantd: ${error.message} (${error.code})`)
  return error.code === 'temporarily_unavailable' ? EXIT.failed : EXIT.usage
}
