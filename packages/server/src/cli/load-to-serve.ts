// Owns: the configuration of a server in production, with everything that keeps it from starting said at once.
import type { LoadedSettings } from '../config/load.ts'
import { ConfigError, type Effective } from '../config/problem.ts'
import { readEncryptionKey } from '../data-folder.ts'
import { encryptionKeyMissing } from '../secrets.ts'
import { formatStartError, StartError } from '../start-error.ts'
import { load, type Whereabouts } from './locate.ts'

/** Throws ConfigError; a key that is missing besides is said before, not one start later. */
export function loadToServe(where: Whereabouts): LoadedSettings {
  try {
    return load('serve', where)
  } catch (error) {
    const problem = error instanceof ConfigError ? keyProblem(error) : undefined
    if (problem !== undefined) where.terminal.say(formatStartError(problem))
    throw error
  }
}

/** The one secret that a start needs and no rule knows of: it may be a setting or a file. */
export function keyProblem({ values, sources }: Effective): StartError | undefined {
  if (sources.has('secrets.encryption_key') || values.get('allow_insecure_defaults') === true)
    return undefined
  try {
    const found = readEncryptionKey(String(values.get('data.dir') ?? '.grantd'))
    return found === undefined ? encryptionKeyMissing() : undefined
  } catch (error) {
    if (error instanceof StartError) return error
    throw error
  }
}
