// Owns: giving back, before the first request, the memory that only the start needed; how much more than
// what lives the heap may hold from then on.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

/**
 * How much more than what the last major collection left the old space may hold. By itself V8 allows 30
 * percent where little gets old, as with tokens, and collects every other second under load; answers
 * wait 20 to 40 ms for each, since the threads that mark take their turns on the core.
 */
const GROWING_PERCENT = 100

/**
 * Loading hundreds of modules grows the nursery to its full size and fills it with garbage that V8
 * would keep for as long as nobody asks for memory: some 20 MB of an idle server. `last-resort` is
 * the one collection that also shrinks the heap; it takes some 40 ms, so it is made once, before the
 * listener opens.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc')
  const collect: Collect = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
}
