// Owns: the note of where `grantd dev` of this folder listens, for tools and for a second start.
import { readJsonFile, removeFile, writeJsonFile } from '../data-folder.ts'
import { StartError } from '../start-error.ts'
import { isPortTaken } from './port.ts'

const FILE = 'listener.json'

export interface RunningDev {
  readonly pid: number
  readonly port: number
}

export function noteRunning(folder: string, port: number): void {
  writeJsonFile(folder, FILE, { pid: process.pid, port })
}

/** Leaves the note of another process that started meanwhile. */
export function forgetRunning(folder: string): void {
  if (readJsonFile<RunningDev>(folder, FILE)?.pid === process.pid) removeFile(folder, FILE)
}

/** The `grantd dev` that runs on this folder; `undefined` when none does, also after a crash. */
export function runningDev(folder: string): RunningDev | undefined {
  const note = readJsonFile<RunningDev>(folder, FILE)
  return note !== undefined && isAlive(note.pid) ? note : undefined
}

/**
 * Throws `E_ALREADY_RUNNING` when a server of this folder listens. A second one on the next free port
 * would share its database under another issuer, and tools would find the wrong one of them.
 */
export async function refuseSecondDev(folder: string, host: string): Promise<void> {
  const running = runningDev(folder)
  if (running === undefined || running.pid === process.pid) return
  // After a kill the number may be another program's; the port tells.
  if (!(await isPortTaken(host, running.port))) return
  throw new StartError(
    'E_ALREADY_RUNNING',
    `grantd dev runs on ${folder} already: process ${running.pid}, port ${running.port}`,
    `use that one, stop it (kill ${running.pid}), or give this one a folder of its own: OAUTH2_DATA_DIR=.grantd2`,
  )
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it lives, under another user
  }
}
