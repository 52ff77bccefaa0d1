import { readFileSync } from 'node:fs'

const CLOCK_TICKS = 100

/**
 * User and system time of a process, all its threads and its children, in seconds. Children that have
 * ended count no more. Linux only, else `NaN`.
 */
export function cpuSecondsOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const own = (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS
    return childrenOf(pid).reduce((sum, child) => sum + (cpuSecondsOf(child) || 0), own)
  } catch {
    return Number.NaN
  }
}

/** Those that live. Throws when the process does not. */
export function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}
