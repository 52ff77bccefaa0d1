// Owns: giving back, before the first request, the memory that only the start needed.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

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
}
