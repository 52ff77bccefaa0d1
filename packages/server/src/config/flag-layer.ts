import { type Candidate, type Layer, nameProblem } from './candidate.ts'
import { settingByKey } from './catalog.ts'
import { unknownKey } from './file-layer.ts'
import type { ConfigProblem, Source } from './problem.ts'

/** Reads the command line's `key → text`. Secrets are refused: argv is visible to every process. */
export function flagLayer(flags: Readonly<Record<string, string>>): Layer {
  const candidates = new Map<string, Candidate>()
  const problems: ConfigProblem[] = []
  for (const [key, raw] of Object.entries(flags)) {
    const source: Source = { from: 'flag', name: `--${key}` }
    const setting = settingByKey(key)
    if (setting === undefined) problems.push(unknownKey(key, source))
    else if (raw === '') continue
    else if (!setting.secret) candidates.set(key, { raw, source })
    else {
      problems.push(
        nameProblem({
          code: 'E_CONFIG_SECRET_FLAG',
          key,
          source,
          what: 'is a secret and cannot be a flag',
          why: 'every process of the machine can read the command line',
          fix: `set ${setting.env[0]}, or ${setting.env[0]}_FILE to the path of a file`,
        }),
      )
    }
  }
  return { candidates, problems }
}
