import { parseArgs } from 'node:util'
import { StorageError } from '@grantd/domain'
import { KeyError } from '@grantd/oauth'
import { MigrationError } from '@grantd/storage'
import { formatProblems } from '../config/format.ts'
import { ConfigError } from '../config/problem.ts'
import { formatStartError, StartError } from '../start-error.ts'
import { serve } from './serve.ts'

/** Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 not allowed. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3, conflict: 4, notAllowed: 5 } as const

const HELP = `grantd: a self-hosted OAuth 2.1 / OpenID Connect authorization server

  grantd dev        start on this machine with nothing to configure
  grantd serve      start in production; refuses weak or missing secrets

  --config FILE     HOCON file (default: application.conf when present)
  --port N          listen on another port
  --json            dev: print one machine-readable line instead of the banner
  --help            this text
`

/** Runs one command line and resolves to its exit code. Data goes to stdout, talk to stderr. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv)
  } catch (error) {
    return report(error)
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      port: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const command = positionals[0]
  if (values.help || command === undefined || command === 'help') {
    process.stdout.write(HELP)
    return command === undefined && !values.help ? EXIT.usage : EXIT.ok
  }
  if (command === 'dev' || command === 'serve') {
    const argvFlags = {
      ...(values.config !== undefined && { config: values.config }),
      ...(values.port !== undefined && { 'server.port': values.port }),
    }
    return serve({ mode: command, argvFlags, json: values.json })
  }
  process.stderr.write(`grantd: there is no command "${command}"; see grantd --help\n`)
  return EXIT.usage
}

function report(error: unknown): number {
  if (error instanceof ConfigError) process.stderr.write(`${formatProblems(error.problems)}\n`)
  else if (error instanceof StartError) process.stderr.write(formatStartError(error))
  else if (error instanceof MigrationError || error instanceof KeyError) {
    process.stderr.write(`${error.code}  ${error.message}\n`)
  } else if (error instanceof StorageError) process.stderr.write(`E_STORAGE  ${error.message}\n`)
  else if (
    error instanceof TypeError &&
    'code' in error &&
    String(error.code).startsWith('ERR_PARSE_ARGS')
  ) {
    process.stderr.write(`grantd: ${error.message}\n`)
    return EXIT.usage
  } else
    process.stderr.write(
      `grantd: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  return EXIT.failed
}
