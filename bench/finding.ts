import { rounded } from './statistics.ts'

/** One figure beside its bound. */
export interface Finding {
  readonly scenario: string
  readonly what: string
  readonly value: number
  readonly unit: 'ratio' | 'ms' | 'MB' | 'MB/min' | 'count' | '/s'
  readonly bound: { readonly atLeast: number } | { readonly atMost: number }
  readonly aim?: number
  readonly isMet: boolean
}

export function finding(given: Omit<Finding, 'isMet'>): Finding {
  const { value, bound } = given
  const isMet = 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost
  return { ...given, value: rounded(value), isMet }
}
