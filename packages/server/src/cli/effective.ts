// Owns: the configuration as `config` commands look at it: also when it is broken.
import type { Mode } from '../config/mode.ts'
import { ConfigError, type ConfigProblem, type Effective } from '../config/problem.ts'
import { CliError } from './exit.ts'
import { load, locate, type Whereabouts } from './locate.ts'

export interface EffectiveView {
  readonly effective: Effective
  readonly problems: readonly ConfigProblem[]
}

/** As a server in `mode` reads it. */
export function readAs(mode: Mode, where: Whereabouts): EffectiveView {
  try {
    const loaded = load(mode, where)
    return { effective: loaded, problems: loaded.problems }
  } catch (error) {
    if (error instanceof ConfigError) return { effective: error, problems: error.problems }
    throw error
  }
}

/** As tools use it: see `locate`. Says on stderr when that is development mode. */
export async function readAsTools(where: Whereabouts): Promise<EffectiveView> {
  const mode = await modeOfTools(where)
  if (mode === 'dev' && where.options.dev !== true) {
    where.terminal.say('as "grantd dev" reads it: nothing else is configured here')
  }
  return readAs(mode, where)
}

async function modeOfTools(where: Whereabouts): Promise<Mode> {
  try {
    return (await locate(where)).mode
  } catch (error) {
    if (error instanceof ConfigError) return where.options.dev === true ? 'dev' : 'tool'
    if (error instanceof CliError) return 'tool' // two databases: print what does not differ
    throw error
  }
}
