import type { ENGLISH } from './en.ts'

type English = typeof ENGLISH
type Widened<T> = T extends string ? string : T

/**
 * Every text of the pages and letters, a function where a text has parts. A language that lacks one
 * does not compile.
 */
export type Messages = Omit<{ readonly [K in keyof English]: Widened<English[K]> }, 'dir'> & {
  readonly dir: 'ltr' | 'rtl'
}
