import type { RawValue } from './convert.ts'
import type { ConfigProblem, Source } from './problem.ts'

/** What one source says about one setting. */
export interface Candidate {
  readonly raw: RawValue
  readonly source: Source
}

/** One source: its values per HOCON key, and what is wrong with it already. */
export interface Layer {
  readonly candidates: ReadonlyMap<string, Candidate>
  readonly problems: readonly ConfigProblem[]
}

/** A problem that stops the load, about a name rather than a value of a known setting. */
export function nameProblem(problem: Omit<ConfigProblem, 'severity' | 'value'>): ConfigProblem {
  return { ...problem, severity: 'error' }
}

/** A name as it may be printed: control characters escaped, quotes only when needed. */
export function showName(name: string): string {
  return /^[\w.[\]-]+$/.test(name) ? name : JSON.stringify(name)
}
