import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 10_000

/**
 * Stops a process in its tracks and resolves when it stands: its connections stay, nothing answers.
 * SIGSTOP alone is not enough: one thread takes the signal, and until the system has run that one
 * the others go on. Rejects when a thread still runs after ten seconds. Linux only (`/proc`).
 */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const deadline = performance.now() + PATIENCE_MS
  while (!isStopped(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not stop`)
    await sleep(5)
  }
}

export function thaw(pid: number): void {
  process.kill(pid, 'SIGCONT')
}

function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((task) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8')
      // The name before the state may contain anything but ends with the last parenthesis.
      return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2))
    } catch {
      return false // The thread ended meanwhile; the next look counts.
    }
  })
}
