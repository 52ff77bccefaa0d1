import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const TASKS = '/proc/self/task'
/** As libuv names the threads of its pool. */
const POOL_THREAD = 'libuv-worker'
/** Where both want the same processor, the thread that answers requests gets nine tenths of it. */
const NICE = 10

/**
 * Lets the threads of the pool, which hash passwords, stand back behind the one that answers requests:
 * without a free processor a flood of sign-ins else takes half of it from everybody. Only on Linux, where a
 * thread has a priority of its own, and only once the pool has begun. How many threads it was told to.
 */
export function lowerPoolPriority(): number {
  let lowered = 0
  for (const id of tasks()) {
    try {
      if (readFileSync(`${TASKS}/${id}/comm`, 'utf8').trim() !== POOL_THREAD) continue
      // A server that was started with a low priority keeps it.
      if (getPriority(Number(id)) < NICE) setPriority(Number(id), NICE)
      lowered++
    } catch {
      // It has ended, or the system does not allow it: then they share as equals.
    }
  }
  return lowered
}

/** None where the system does not show them. */
function tasks(): readonly string[] {
  try {
    return process.platform === 'linux' ? readdirSync(TASKS) : []
  } catch {
    return []
  }
}
