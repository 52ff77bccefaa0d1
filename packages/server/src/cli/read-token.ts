// Owns: where a token on the command line comes from.
import { readSecret } from './ask.ts'
import type { Terminal } from './terminal.ts'

export const TOKEN_ARGUMENT = {
  name: 'token',
  help: '"-" or nothing: from stdin, so that it stays out of the process list and the history',
  isOptional: true,
} as const

export async function readToken(argument: string | undefined, terminal: Terminal): Promise<string> {
  if (argument === undefined || argument === '-') {
    return (await readSecret(terminal, 'Token', 'pipe it: echo "$TOKEN" | grantd …')).trim()
  }
  terminal.say('note: an argument can be read by every process of this machine; stdin is safer')
  return argument
}
