import type { Finding } from '../finding.ts'
import type { Options } from '../options.ts'

export interface CheckResult {
  readonly findings: readonly Finding[]
  /** What was seen beside the bounded figures, for the report. */
  readonly details: Readonly<Record<string, unknown>>
}

/** Something other than a comparison of contenders. */
export interface Check {
  readonly name: string
  /** It takes so long that it runs only when `--only` names it. */
  readonly byNameOnly?: true
  run(options: Options): Promise<CheckResult>
}
