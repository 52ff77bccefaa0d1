/** Ends of one worker within this time count together. */
const WINDOW_MS = 60_000
/** So many within that time are too many. */
export const MOST_ENDS = 6
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * How long to wait before a worker is started anew: 0.1 s, then twice as long each time. `undefined`
 * when it ended six times within a minute: it will not get better by itself. `ends` are times in
 * milliseconds, oldest first, `now` included.
 */
export function restartPause(ends: readonly number[], now: number): number | undefined {
  const count = ends.filter((at) => at > now - WINDOW_MS).length
  if (count >= MOST_ENDS) return undefined
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, count - 1), LONGEST_PAUSE_MS)
}
