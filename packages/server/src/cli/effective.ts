// Owns: the configuration as `config` commands look at it: also when it is broken.

import type { Mode } from '../config/mode.ts'
import { ConfigError, type ConfigProblem, type Effective } from '../config/problem.ts'
import { load, type Whereabouts } from './locate.ts'

export interface EffectiveView {
  readonly effective: Effective
  readonly problems: readonly ConfigProblem[]
}

/** As `grantd dev` sees it with `--dev`, otherwise as `grantd serve` and the tools do. */
export function readEffective(where: Whereabouts, mode?: Mode): EffectiveView {
  try {
    const loaded = load(where.options.dev === true ? 'dev' : (mode ?? 'tool'), where)
    return { effective: loaded, problems: loaded.problems }
  } catch (error) {
    if (error instanceof ConfigError) return { effective: error, problems: error.problems }
    throw error
  }
}
