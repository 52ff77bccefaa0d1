// Owns: `--limit` and `--after` of lists. The cursor is the id of the last row that was shown.
import type { Page } from '@grantd/domain'
import { wholeNumber } from './parse.ts'
import type { Terminal } from './terminal.ts'

const DEFAULT_LIMIT = 50
const MOST = 1_000

export function readPage(options: {
  readonly limit: string | undefined
  readonly after: string | undefined
}): Page {
  const { limit, after } = options
  return {
    limit: limit === undefined ? DEFAULT_LIMIT : wholeNumber(limit, 'limit', 1, MOST),
    ...(after !== undefined && { after }),
  }
}

/** Lists ask for one row more than they show; if it came, there is a next page. */
export function sayMore(view: {
  readonly count: number
  readonly limit: number
  readonly last: string | undefined
  readonly terminal: Terminal
}): void {
  const { count, limit, last, terminal } = view
  if (count === 0) terminal.say('none')
  if (count > limit && last !== undefined) terminal.say(`more: --after ${last}`)
}
