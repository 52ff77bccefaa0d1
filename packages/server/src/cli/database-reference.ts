// Owns: a database named on the command line. A password in an argument can be read by every process of
// the machine, so such a URL comes from the environment or from a file.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { usageError } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** The URL behind `sqlite:grantd.db`, `env:NAME` or `file:PATH`. */
export function databaseReference(text: string, option: string, terminal: Terminal): string {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(text) ?? []
  if (kind === 'env') {
    const url = terminal.env[name]
    if (url !== undefined && url !== '') return url
    throw usageError(`${option} names the environment variable ${name}, which is not set`)
  }
  if (kind === 'file') return readReference(path.resolve(terminal.cwd, name), option)
  if (!/^[a-z+]+:\/\/[^/]*:[^/]*@/i.test(text)) return fromHere(text, terminal)
  throw usageError(
    `${option} holds a password, which every process of this machine could read`,
    `put the URL into an environment variable and write ${option} env:NAME, or into a file and write ${option} file:PATH`,
  )
}

function readReference(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw usageError(`${option}: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** A relative path of a SQLite file is one of the folder in which the command is called. */
function fromHere(url: string, { cwd }: Terminal): string {
  const [, relative] = /^sqlite:((?!\/).+)$/.exec(url) ?? []
  return relative === undefined ? url : `sqlite:${path.resolve(cwd, relative)}`
}
