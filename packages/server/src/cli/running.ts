// Owns: how tools learn where `grantd dev` of this folder listens: it may have taken another port.
import { readJsonFile, removeFile, writeJsonFile } from '../data-folder.ts'

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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it lives, under another user
  }
}
